package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.broker.TestBroker;
import io.moor.shipper.kafka.Topics;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Topics go, on a broker that makes every topic that anybody asks for. */
class TopicLossIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path shared;
    @TempDir Path work;

    private static TestBroker broker;
    private static Admin admin;
    private static Map<String, String> kafka;
    private ShippingRig rig;
    private String other;

    @BeforeAll
    static void startBroker() throws Exception {
        int port = TestBroker.freePort();
        Map<String, String> settings = new HashMap<>(TestBroker.alone(port, TestBroker.freePort()));
        settings.put("auto.create.topics.enable", "true");
        broker = TestBroker.start(shared.resolve("kafka"), settings);
        kafka =
                Map.of(
                        "bootstrap.servers",
                        "127.0.0.1:" + port,
                        "max.block.ms",
                        "2000",
                        "request.timeout.ms",
                        "1000",
                        "delivery.timeout.ms",
                        "2000");
        admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void prepare() throws IOException {
        rig = new ShippingRig(work, kafka);
        other = rig.topic + "-other";
    }

    @Test
    void aDeletedTopicStaysDeletedWhileTheOthersGoOn() throws Exception {
        rig.write("a.log", "a1\n");
        rig.write("b.log", "b1\n");
        try (Shipper shipper = Shippers.start(twoTopics())) {
            rig.awaitLines(shipper, 2);
            delete(other);
            rig.write("b.log", "b2\n");
            rig.write("a.log", "a2\n");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> shipper.status().waitingFor().contains("'" + other + "'"));
            rig.write("a.log", "a3\n");
            Awaitility.await().atMost(LONG).until(() -> rig.values("a.log").size() == 3);
            // The producer of the other topic looks at its metadata now and then.
            TimeUnit.MILLISECONDS.sleep(2_000);
            assertThat(topics()).contains(rig.topic).doesNotContain(other);

            create(other);
            Awaitility.await()
                    .atMost(LONG)
                    .until(() ->
                            rig.lines(other).stream()
                                    .map(ShippingRig.Line::value)
                                    .toList()
                                    .equals(List.of("b2")));
            assertThat(shipper.status().waitingFor()).isEmpty();
            assertThat(shipper.drain(LONG).complete()).isTrue();
        }
        assertThat(rig.values("a.log")).containsExactly("a1", "a2", "a3");
    }

    @Test
    void aLaterStartDoesNotMakeItEither() throws Exception {
        rig.write("a.log", "a1\n");
        rig.write("b.log", "b1\n");
        try (Shipper shipper = Shippers.start(twoTopics())) {
            rig.awaitLines(shipper, 2);
        }
        delete(other);
        rig.write("a.log", "a2\n");
        rig.write("b.log", "b2\n");
        try (Shipper shipper = Shippers.start(twoTopics())) {
            Awaitility.await().atMost(LONG).until(() -> rig.values("a.log").size() == 2);
            assertThat(shipper.status().waitingFor()).contains("'" + other + "'");
            assertThat(topics()).doesNotContain(other);
            create(other);
            Awaitility.await().atMost(LONG).until(() -> rig.lines(other).size() == 1);
        }
        delete(other);
        delete(rig.topic);
        assertThatThrownBy(() -> Shippers.start(twoTopics()))
                .isInstanceOfSatisfying(
                        ShipperException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.TOPIC_UNUSABLE));
        assertThat(topics()).doesNotContain(other, rig.topic);
    }

    @Test
    void morePartitionsForCheckpointsMoveNobody() throws Exception {
        rig.write("app.log", "1\n");
        assertThat(rig.untilEof().complete()).isTrue();
        int before = partitions(Topics.CHECKPOINTS);
        admin.createPartitions(Map.of(Topics.CHECKPOINTS, NewPartitions.increaseTo(before + 7)))
                .all()
                .get();
        rig.write("app.log", "2\n");
        Awaitility.await().atMost(LONG).until(() -> partitions(Topics.CHECKPOINTS) == before + 7);
        assertThat(rig.untilEof().complete()).isTrue();

        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    /** Before anything is committed in it, and not only when something fails. */
    @ParameterizedTest
    @EnumSource(ShipperConfig.Delivery.class)
    void checkpointsThatAreMadeAnewWhileLinesAreShippedAreTheEnd(ShipperConfig.Delivery delivery)
            throws Exception {
        rig.write("app.log", "1\n");
        ShipperConfig config =
                switch (delivery) {
                    case EXACTLY_ONCE -> rig.config(false);
                    case AT_LEAST_ONCE -> rig.atLeastOnce("state");
                };
        try (Shipper shipper = Shippers.start(config)) {
            rig.awaitLines(shipper, 1);
            delete(Topics.CHECKPOINTS);
            Awaitility.await().atMost(LONG).until(() -> !topics().contains(Topics.CHECKPOINTS));
            admin.createTopics(
                            List.of(
                                    new NewTopic(Topics.CHECKPOINTS, 16, (short) 1)
                                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
            rig.write("app.log", "2\n");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> shipper.status().state() == ShipperStatus.State.FAILED);
            assertThatThrownBy(() -> shipper.ended().get())
                    .hasMessageContaining("deleted and created again");
        }
        if (delivery == ShipperConfig.Delivery.EXACTLY_ONCE) {
            assertThat(rig.values("app.log")).containsExactly("1");
        }
    }

    @Test
    void aDeletedTopicOfDeadLettersStaysDeleted() throws Exception {
        rig.write("a.log", "a1\n");
        try (Shipper shipper = Shippers.start(twoTopics())) {
            rig.awaitLines(shipper, 1);
            assertThat(topics()).doesNotContain(Topics.DEAD_LETTERS);
        }
        // A source that gets dead letters later gets their topic, too.
        try (Shipper shipper = Shippers.start(deadLetters())) {
            assertThat(topics()).contains(Topics.DEAD_LETTERS);
            assertThat(shipper.drain(LONG).complete()).isTrue();
        }
        delete(Topics.DEAD_LETTERS);
        rig.write("a.log", "a2\n");
        try (Shipper shipper = Shippers.start(deadLetters())) {
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> shipper.status().waitingFor().contains(Topics.DEAD_LETTERS));
            assertThat(topics()).doesNotContain(Topics.DEAD_LETTERS);
            create(Topics.DEAD_LETTERS);
            Awaitility.await().atMost(LONG).until(() -> rig.values("a.log").size() == 2);
        } finally {
            delete(Topics.DEAD_LETTERS);
        }
    }

    /** No checkpoint names it, because nothing was ever shipped to it. */
    @Test
    void aDeletedTopicThatNeverGotALineStaysDeletedToo() throws Exception {
        rig.write("a.log", "a1\n");
        try (Shipper shipper = Shippers.start(twoTopics())) {
            rig.awaitLines(shipper, 1);
            assertThat(topics()).contains(other);
        }
        delete(other);
        try (Shipper shipper = Shippers.start(twoTopics())) {
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> shipper.status().waitingFor().contains("'" + other + "'"));
            assertThat(topics()).doesNotContain(other);
        }
    }

    private ShipperConfig deadLetters() {
        return rig.config(
                List.of(
                        new SourceConfig(
                                "logs",
                                List.of(rig.logs.resolve("a.log").toString()),
                                List.of(),
                                rig.topic,
                                1 << 10,
                                SourceConfig.Oversized.DEAD_LETTER)));
    }

    private ShipperConfig twoTopics() {
        return rig.config(
                List.of(
                        rig.source("logs", "a.log", rig.topic),
                        rig.source("other", "b.log", other)));
    }

    private static void create(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }

    private static void delete(String topic) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get();
    }

    private static Set<String> topics() throws Exception {
        return admin.listTopics().names().get();
    }

    private static int partitions(String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .topicNameValues()
                .values()
                .iterator()
                .next()
                .get()
                .partitions()
                .size();
    }
}
