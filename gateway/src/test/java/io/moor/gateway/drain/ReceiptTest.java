package io.moor.gateway.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.gateway.attachment.Attachment;
import io.moor.gateway.attachment.AttachmentState;
import io.moor.gateway.attachment.FencingProof;
import io.moor.gateway.attachment.ProofKind;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.instance.SlotId;
import io.moor.gateway.protocol.DrainOutcome;
import io.moor.gateway.protocol.ObservedStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

class ReceiptTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instance INSTANCE =
            new Instance(
                    "inc-1",
                    "i-1",
                    "boot",
                    new SlotId("g", 0),
                    InstanceState.DRAINING,
                    false,
                    1,
                    NOW,
                    new Instance.Lease(NOW, NOW, NOW),
                    null,
                    null);
    private static final Drain ORDER =
            new Drain("dr-1", "inc-1", 1, Duration.ofSeconds(9), 2, NOW, null, NOW, null);

    @Test
    void everythingVerifiedIsSafe() {
        // When
        Receipt receipt =
                compose(
                        outcome(true, stream(true, true)),
                        List.of(attachment(ProofKind.RELEASED)),
                        List.of(observed("s")));

        // Then
        assertThat(receipt.complete()).isTrue();
        assertThat(receipt.safeToDestroy()).isTrue();
        assertThat(receipt.problems()).isEmpty();
    }

    @Test
    void theSidecarsWordAloneReleasesNothing() {
        // When
        Receipt receipt = compose(outcome(true), List.of(attachment(null)), List.of());

        // Then
        assertThat(receipt.complete()).isFalse();
        assertThat(receipt.safeToDestroy()).isFalse();
        assertThat(receipt.volumes().getFirst().released()).isFalse();
        assertThat(receipt.problems()).singleElement().asString().contains("not on record");
    }

    @Test
    void aVolumeTakenAwayIsNotReleased() {
        assertThat(
                        compose(outcome(true), List.of(attachment(ProofKind.OPERATOR)), List.of())
                                .problems())
                .singleElement()
                .asString()
                .contains("taken away");
    }

    @Test
    void aSealThatWasNotReadBackIsCompleteButNotSafe() {
        // When
        Receipt receipt =
                compose(outcome(true, stream(true, false)), List.of(), List.of(observed("s")));

        // Then
        assertThat(receipt.complete()).isTrue();
        assertThat(receipt.safeToDestroy()).isFalse();
    }

    @Test
    void unsealedStreamsAndUnshippedBytesAreLeft() {
        // Given
        var unshipped =
                new DrainOutcome.Stream(
                        "s",
                        "t",
                        1,
                        1,
                        true,
                        true,
                        List.of(new DrainOutcome.Unshipped("/log", "00", 10, 52)));

        // When
        Receipt open = compose(outcome(true, stream(false, false)), List.of(), List.of());
        Receipt rest = compose(outcome(true, unshipped), List.of(), List.of());

        // Then
        assertThat(open.complete()).isFalse();
        assertThat(rest.complete()).isFalse();
        assertThat(rest.problems()).singleElement().asString().contains("42 bytes");
    }

    @Test
    void aStreamThatWasReportedAndIsNotAccountedForIsAProblem() {
        // When
        Receipt receipt = compose(outcome(true), List.of(), List.of(observed("forgotten")));

        // Then
        assertThat(receipt.complete()).isFalse();
        assertThat(receipt.problems()).singleElement().asString().contains("forgotten");
    }

    @Test
    void anIncompleteOutcomeSaysSoEvenWithoutReasons() {
        // When
        Receipt receipt = compose(outcome(false), List.of(), List.of());

        // Then
        assertThat(receipt.complete()).isFalse();
        assertThat(receipt.problems()).hasSize(1);
    }

    @Test
    void cannotBeMadeToSayMoreThanItKnows() {
        assertThatThrownBy(() ->
                        new Receipt(
                                "d",
                                "i",
                                "inc",
                                "g/0",
                                NOW,
                                NOW,
                                true,
                                true,
                                List.of(),
                                List.of(),
                                List.of("something is left")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Receipt compose(
            DrainOutcome outcome, List<Attachment> attachments, List<ObservedStream> reported) {
        return Receipt.compose(INSTANCE, ORDER, outcome, attachments, reported, NOW);
    }

    private static DrainOutcome outcome(boolean complete, DrainOutcome.Stream... streams) {
        return new DrainOutcome(
                "dr-1",
                complete,
                List.of(streams),
                List.of(new DrainOutcome.Volume("v-1", 1, true, "")),
                List.of());
    }

    private static DrainOutcome.Stream stream(boolean sealed, boolean verified) {
        return new DrainOutcome.Stream("s", "t", 1, 1, sealed, verified, List.of());
    }

    private static ObservedStream observed(String stream) {
        return new ObservedStream(stream, "t", 1, 1, 0);
    }

    private static Attachment attachment(@Nullable ProofKind end) {
        return new Attachment(
                "at-1",
                "v-1",
                "inc-1",
                "i-1",
                false,
                "",
                1,
                end == null ? AttachmentState.ATTACHED : AttachmentState.DETACHED,
                new FencingProof(ProofKind.NONE_BEFORE, "first", null),
                false,
                null,
                null,
                null,
                end == null ? null : new Attachment.End(end, "sample"),
                NOW,
                NOW,
                end == null ? null : NOW);
    }
}
