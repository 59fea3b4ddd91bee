package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

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

    /** Kafka has committed, and the shipper cannot know. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void aCommitWithoutAnAnswerIsNotSentAgain(Fault fault) throws Exception {
        ships(() -> broker.network().loseResponses(ApiKeys.END_TXN, fault));
    }

    /** Kafka has not committed, and the shipper cannot know. */
    @ParameterizedTest
    @EnumSource(Fault.class)
    void aCommitThatNeverArrivedIsMadeUpFor(Fault fault) throws Exception {
        ships(() -> broker.network().loseRequests(ApiKeys.END_TXN, fault));
    }

    /** Lines are in the log or not, and the shipper cannot know. */
    @Test
    void linesWithoutAnAcknowledgementAreThereOnce() throws Exception {
        ships(() -> broker.network().loseResponses(ApiKeys.PRODUCE, Fault.CUT));
    }

    @Test
    void aConnectionThatIsGoneForAWhile() throws Exception {
        ships(() -> broker.network().down());
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
