package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.broker.FaultyBroker;
import io.moor.shipper.broker.FaultyTransport.Fault;

import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The connection to Kafka breaks in every step of a commit: the outcome is looked up. */
class CommitOutcomeIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path shared;
    @TempDir Path work;

    private static FaultyBroker broker;
    private ShippingRig rig;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = FaultyBroker.start(shared.resolve("kafka"), Map.of());
    }

    @AfterAll
    static void stopBroker() throws IOException {
        broker.close();
    }

    @BeforeEach
    void prepare() throws IOException {
        broker.network().mend();
        rig = new ShippingRig(work, broker.address());
    }

    /**
     * The answer never comes, and the time of the drain is up: Kafka has the lines all the same.
     * Two seconds are for finding that out; on a busy machine they may not be enough, and then the
     * lines are told as left, which is the safe side.
     */
    @Test
    void aDrainOutOfTimeTellsLinesAsShippedWhoseCommitArrivedUnanswered() throws Exception {
        Awaitility.await()
                .atMost(LONG.multipliedBy(3))
                .pollInSameThread()
                .until(() -> {
                    rig = new ShippingRig(Files.createTempDirectory(work, "try"), broker.address());
                    DrainReport report =
                            drainedInDoubt(() ->
                                    broker.network().loseResponses(ApiKeys.END_TXN, Fault.HOLD));
                    broker.network().mend();
                    assertThat(report.end()).isEqualTo(DrainReport.End.OUT_OF_TIME);
                    assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
                    return report.streams().getFirst().unshipped().isEmpty()
                            && report.streams().getFirst().lines() == 3;
                });
    }

    /** The same, but Kafka was never asked: it does not get them later either. */
    @Test
    void aDrainOutOfTimeTellsLinesAsLeftWhoseCommitNeverArrived() throws Exception {
        DrainReport report =
                drainedInDoubt(() -> broker.network().loseRequests(ApiKeys.END_TXN, Fault.HOLD));

        assertThat(report.end()).isEqualTo(DrainReport.End.OUT_OF_TIME);
        assertThat(report.streams().getFirst().unshipped()).hasSize(1);
        broker.network().mend();
        assertThat(rig.values("app.log")).containsExactly("1");
    }

    private DrainReport drainedInDoubt(Trouble trouble) throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper shipper = Shippers.start(rig.config("state", veryPatient()))) {
            rig.awaitLines(shipper, 1);
            trouble.begin();
            int asked = broker.network().seen(ApiKeys.END_TXN);
            rig.write("app.log", "2\n3\n");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> broker.network().seen(ApiKeys.END_TXN) > asked);
            // A third of it is for finding out what became of the transaction.
            return shipper.drain(Duration.ofSeconds(10));
        }
    }

    private static Stream<Arguments> faults() {
        return Arrays.stream(Fault.values())
                .flatMap(fault ->
                        Arrays.stream(Sink.values()).map(sink -> Arguments.of(fault, sink)));
    }

    /** Kafka has committed, and the shipper cannot know. */
    @ParameterizedTest
    @MethodSource("faults")
    void aCommitWithoutAnAnswerIsNotSentAgain(Fault fault, Sink sink) throws Exception {
        rig.with(sink);
        ships(() -> broker.network().loseResponses(ApiKeys.END_TXN, fault));
    }

    /** Kafka has not committed, and the shipper cannot know. */
    @ParameterizedTest
    @MethodSource("faults")
    void aCommitThatNeverArrivedIsMadeUpFor(Fault fault, Sink sink) throws Exception {
        rig.with(sink);
        ships(() -> broker.network().loseRequests(ApiKeys.END_TXN, fault));
    }

    /** Lines are in the log or not, and the shipper cannot know. */
    @ParameterizedTest
    @EnumSource
    void linesWithoutAnAcknowledgementAreThereOnce(Sink sink) throws Exception {
        rig.with(sink);
        ships(() -> broker.network().loseResponses(ApiKeys.PRODUCE, Fault.CUT));
    }

    @Test
    void aConnectionThatIsGoneForAWhile() throws Exception {
        ships(() -> broker.network().down());
    }

    /** No line can be acknowledged, and no checkpoint may be sent before. */
    @Test
    void filesAreLookedAfterWhileLinesWaitToBeAcknowledged() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper shipper =
                Shippers.start(ShippingRig.atLeastOnce(rig.config("state", veryPatient())))) {
            rig.awaitLines(shipper, 1);
            broker.network().loseRequests(ApiKeys.PRODUCE, Fault.HOLD);
            int sent = broker.network().seen(ApiKeys.PRODUCE);
            rig.write("app.log", "2\n");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> broker.network().seen(ApiKeys.PRODUCE) > sent);
            shortLived(shipper);
            broker.network().mend();
            rig.awaitLines(shipper, 3);
            assertThat(shipper.drain(LONG).complete()).isTrue();
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.values("short.log")).containsExactly("s");
    }

    /** Nobody tells where a topic is that gets its first line. */
    @Test
    void filesAreLookedAfterWhenATopicGetsItsFirstLineDuringAnOutage() throws Exception {
        String second = rig.topic + "-second";
        ShipperConfig config =
                ShippingRig.withSources(
                        rig.config("state", veryPatient()),
                        List.of(
                                rig.source("logs", "app.log", rig.topic),
                                rig.source("short", "short.log", rig.topic),
                                rig.source("second", "second.log", second)));
        rig.write("app.log", "1\n");
        try (Shipper shipper = Shippers.start(config)) {
            rig.awaitLines(shipper, 1);
            broker.network().loseRequests(ApiKeys.METADATA, Fault.HOLD);
            broker.network().loseRequests(ApiKeys.PRODUCE, Fault.HOLD);
            rig.write("second.log", "2\n");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() ->
                            shipper.status().streams().stream()
                                    .anyMatch(stream -> stream.stream().endsWith("second.log")));
            shortLived(shipper);
            broker.network().mend();
            rig.awaitLines(shipper, 3);
            assertThat(shipper.drain(LONG).complete()).isTrue();
        }
        assertThat(rig.lines(second)).extracting(ShippingRig.Line::value).containsExactly("2");
    }

    /** A file that is there only while Kafka does not answer. */
    private void shortLived(Shipper shipper) throws IOException {
        Path file = rig.write("short.log", "s\n");
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .until(() ->
                        shipper.status().streams().stream()
                                .anyMatch(stream -> stream.stream().endsWith("short.log")));
        Files.delete(file);
    }

    /** Nothing times out before the test mends the network. */
    private static Map<String, String> veryPatient() {
        return Map.of(
                "bootstrap.servers",
                broker.behind(),
                "max.block.ms",
                "90000",
                "request.timeout.ms",
                "60000",
                "default.api.timeout.ms",
                "60000",
                "delivery.timeout.ms",
                "120000");
    }

    private interface Trouble {
        void begin();
    }

    private void ships(Trouble trouble) throws Exception {
        rig.write("app.log", "1\n");
        Map<String, String> impatient =
                Map.of(
                        "bootstrap.servers",
                        broker.behind(),
                        "max.block.ms",
                        "1000",
                        "request.timeout.ms",
                        "1000",
                        "delivery.timeout.ms",
                        "2000");
        try (Shipper shipper = Shippers.start(rig.config("state", impatient))) {
            rig.awaitLines(shipper, 1);
            trouble.begin();
            rig.write("app.log", "2\n3\n");
            Awaitility.await().atMost(LONG).until(() -> !shipper.status().waitingFor().isEmpty());
            rig.write("app.log", "4\n");
            broker.network().mend();
            rig.awaitLines(shipper, 4);
            assertThat(shipper.status().waitingFor()).isEmpty();
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2", "3", "4");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }
}
