package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.gateway.protocol.DrainOutcome;
import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class DrainReportsTest {

    private static final Origin ORIGIN = new Origin("vol.v");
    private static final DesiredAttachment GRANT =
            new DesiredAttachment(
                    "a",
                    "v",
                    4,
                    "data",
                    "",
                    "image",
                    "/mnt",
                    false,
                    false,
                    DesiredAttachment.State.ATTACHED);
    private static final Map<String, Holding> RELEASED = Map.of("v", new Holding.Detached(GRANT));

    private static Finish reported(boolean verified, DrainReport.Unshipped... unshipped) {
        return new Finish.Reported(
                new DrainReport(
                        ORIGIN,
                        List.of(
                                new DrainReport.StreamReport(
                                        "k", "t", 5, 50, true, verified, List.of(unshipped)))));
    }

    private static DrainOutcome outcome(List<Finish> finishes, Map<String, Holding> held) {
        return DrainReports.outcome(
                "d", DrainReports.merge(finishes, List.of()), held, Map.of(), List.of());
    }

    @Test
    void isCompleteWhenEverythingIsVerifiedAndReleased() {
        var outcome = outcome(List.of(reported(true)), RELEASED);

        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.streams())
                .singleElement()
                .extracting(DrainOutcome.Stream::bytes)
                .isEqualTo(50L);
        assertThat(outcome.volumes()).containsExactly(new DrainOutcome.Volume("v", 4, true, ""));
        assertThat(outcome.problems()).isEmpty();
    }

    @Test
    void isIncompleteWhenTheApplicationDidNotStop() {
        var outcome =
                DrainReports.outcome(
                        "d",
                        DrainReports.merge(List.of(reported(true)), List.of()),
                        RELEASED,
                        Map.of(),
                        List.of("stop exited with 1"));

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.problems()).containsExactly("stop exited with 1");
    }

    @Test
    void isIncompleteWhenASealWasNotReadBack() {
        assertThat(outcome(List.of(reported(false)), RELEASED).complete()).isFalse();
    }

    @Test
    void namesTheBytesThatAreLeft() {
        var left = new DrainReport.Unshipped("/srv/data/a.log", "0123456789abcdef", 40, 50);

        var outcome = outcome(List.of(reported(true, left)), RELEASED);

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.streams().getFirst().unshipped())
                .containsExactly(
                        new DrainOutcome.Unshipped("/srv/data/a.log", "0123456789abcdef", 40, 50));
    }

    @Test
    void isIncompleteWithoutAReport() {
        var outcome = outcome(List.of(new Finish.Unknown(ORIGIN, "no Kafka")), RELEASED);

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.problems()).contains("logs of vol.v are not finished: no Kafka");
    }

    @Test
    void isIncompleteWhileAVolumeIsHeld() {
        var attached = new Holding.Attached(GRANT, Path.of("/srv/data"), Path.of("/srv/data"), "");
        var busy = new Holding.DetachFailed(attached, "used by postgres (12)");

        assertThat(outcome(List.of(), Map.of("v", attached)).complete()).isFalse();
        assertThat(outcome(List.of(), Map.of("v", busy)).volumes())
                .containsExactly(new DrainOutcome.Volume("v", 4, false, "used by postgres (12)"));
    }

    @Test
    void aSavedStreamCountsUnlessThereIsANewerReport() {
        var saved =
                saved(
                        "",
                        new DrainOutcome.Stream("k", "t", 4, 40, true, true, List.of()),
                        new DrainOutcome.Stream("other", "t", 1, 10, true, true, List.of()));

        var merged = DrainReports.merge(List.of(reported(true)), saved);

        assertThat(merged.getFirst().streams())
                .extracting(DrainOutcome.Stream::lines)
                .containsExactly(5L, 1L);
    }

    private static List<OriginLogs> saved(String unknown, DrainOutcome.Stream... streams) {
        return List.of(new OriginLogs("vol.v", List.of(streams), unknown));
    }

    @Test
    void whatIsUnknownStaysUnknownForTheNextProcessWithoutAShipper() {
        var first = DrainReports.merge(List.of(new Finish.Unknown(ORIGIN, "fenced")), List.of());

        var second =
                DrainReports.outcome(
                        "d", DrainReports.merge(List.of(), first), RELEASED, Map.of(), List.of());

        assertThat(second.complete()).isFalse();
        assertThat(second.problems()).containsExactly("logs of vol.v are not finished: fenced");
    }

    @Test
    void isIncompleteWhenAShipperDidNotComeToItsEndThoughItReportsNoStream() {
        var fenced =
                new Finish.Reported(new DrainReport(ORIGIN, List.of(), DrainReport.End.FENCED));

        var outcome = outcome(List.of(fenced), RELEASED);

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.problems())
                .containsExactly("logs of vol.v are not finished: a newer owner took over");
    }

    @Test
    void aReportEndsWhatWasUnknown() {
        assertThat(
                        DrainReports.outcome(
                                        "d2",
                                        DrainReports.merge(
                                                List.of(reported(true)), saved("no Kafka")),
                                        RELEASED,
                                        Map.of(),
                                        List.of())
                                .complete())
                .isTrue();
    }

    @Test
    void aSecondOrderStillNamesTheStreamsThatTheFirstLeftUnsealed() {
        var left = new DrainOutcome.Stream("k", "t", 4, 40, false, false, List.of());

        var outcome =
                DrainReports.outcome(
                        "d2",
                        DrainReports.merge(List.of(), saved("", left)),
                        RELEASED,
                        Map.of(),
                        List.of());

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.streams()).containsExactly(left);
    }

    @Test
    void isIncompleteWhenNobodyFinishedASource() {
        var outcome =
                DrainReports.outcome(
                        "d", List.of(), RELEASED, Map.of("vol.v", "nobody shipped"), List.of());

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.problems())
                .containsExactly("logs of vol.v are not finished: nobody shipped");
    }

    @Test
    void sharesTheTimeSoThatSomethingIsAlwaysLeftForTheNextStep() {
        assertThat(DrainBudget.of(Duration.ofSeconds(100), Duration.ofSeconds(30)))
                .isEqualTo(
                        new DrainBudget(
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(88),
                                Duration.ofSeconds(98)));
        assertThat(DrainBudget.of(Duration.ofSeconds(10), Duration.ofSeconds(30)))
                .isEqualTo(
                        new DrainBudget(
                                Duration.ofMillis(5000),
                                Duration.ofMillis(7500),
                                Duration.ofMillis(9500)));
    }

    @Test
    void whatWasWrittenAfterTheSealIsNotShipped() {
        var sealed = new DrainOutcome.Stream("s", "t", 2, 9, true, true, List.of());
        var range = new DrainReport.Unshipped("/var/log/a.log", "0123456789abcdef", 9, 12);
        var other = new DrainReport.Unshipped("/var/log/b.log", DrainReport.Unshipped.NO_ID, 0, 3);

        var logs =
                DrainReports.late(
                        List.of(new OriginLogs("o", List.of(sealed), "")),
                        java.util.Map.of(
                                new io.moor.shipper.Origin("o"),
                                List.of(
                                        new DrainReport.Late("s", "t", range),
                                        new DrainReport.Late("n", "t", other))));
        var outcome =
                DrainReports.outcome("d", logs, java.util.Map.of(), java.util.Map.of(), List.of());

        assertThat(outcome.complete()).isFalse();
        assertThat(outcome.streams())
                .containsExactly(
                        new DrainOutcome.Stream(
                                "s",
                                "t",
                                2,
                                9,
                                true,
                                true,
                                List.of(
                                        new DrainOutcome.Unshipped(
                                                "/var/log/a.log", "0123456789abcdef", 9, 12))),
                        new DrainOutcome.Stream(
                                "n",
                                "t",
                                0,
                                0,
                                false,
                                false,
                                List.of(
                                        new DrainOutcome.Unshipped(
                                                "/var/log/b.log",
                                                DrainReport.Unshipped.NO_ID,
                                                0,
                                                3))));
    }
}
