package io.moor.shipper.kafka.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.moor.shipper.Origin;
import io.moor.shipper.broker.FaultyBroker;
import io.moor.shipper.broker.FaultyTransport.Fault;
import io.moor.shipper.kafka.KafkaFailure;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.kafka.SinkOpener;
import io.moor.shipper.kafka.StreamTarget;
import io.moor.shipper.stream.StreamKey;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The calls of a sink, one by one, against a broker. */
class DirectSinkSessionIT {

    private static final byte[] PREFIX = "0123456789abcdef:".getBytes(UTF_8);

    @TempDir static Path shared;

    private static FaultyBroker broker;
    private static Admin admin;

    private final String topic = "lines-" + UUID.randomUUID();
    private final Origin origin = new Origin("origin-" + topic);
    private final StreamTarget target =
            new StreamTarget(topic, 0, new StreamKey("-/-/h/s/f"), Map.of());

    @BeforeAll
    static void startBroker() throws Exception {
        broker = FaultyBroker.start(shared.resolve("kafka"), Map.of());
        admin = Admin.create(Map.of("bootstrap.servers", broker.address()));
        admin.createTopics(List.of(new NewTopic("moor.checkpoints", 16, (short) 1))).all().get();
    }

    @AfterAll
    static void stopBroker() throws IOException {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        broker.network().mend();
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsAbortedIsNotThereAndItGoesOn(int transactionVersion) throws Exception {
        transactionVersion(transactionVersion);
        try (LogSink sink = open(Map.of())) {
            line(sink, "1");
            sink.commit();
            for (int round = 0; round < 3; round++) {
                line(sink, "never");
                sink.abort();
                assertThat(sink.isOpen()).isFalse();
                // Enough for batches that are on their way when it is taken back.
                for (int i = 0; i < 40; i++) {
                    line(sink, "n".repeat(50_000));
                }
                sink.abort();
            }
            line(sink, "2");
            sink.commit();
        } finally {
            transactionVersion(2);
        }
        assertThat(committed()).containsExactly("1", "2");
    }

    @Test
    void aSuccessorTakesItsTransactionAwayAndFencesIt() throws Exception {
        try (LogSink first = open(Map.of())) {
            line(first, "1");
            first.commit();
            line(first, "2");
            try (LogSink second = open(Map.of())) {
                line(second, "3");
                second.commit();
                assertThatThrownBy(first::commit)
                        .satisfies(
                                e -> assertThat(KafkaFailure.of(e)).isEqualTo(KafkaFailure.FENCED));
                assertThatThrownBy(() -> line(first, "4")).isInstanceOf(KafkaException.class);
                assertThatThrownBy(first::abort).isInstanceOf(KafkaException.class);
                line(second, "5");
                second.commit();
            }
        }
        assertThat(committed()).containsExactly("1", "3", "5");
    }

    /** The broker has committed, and says so when it is asked again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aCommitIsRepeatedUntilItsOutcomeIsKnown(int transactionVersion) throws Exception {
        transactionVersion(transactionVersion);
        try (LogSink sink = open(Map.of("max.block.ms", "1500", "request.timeout.ms", "1000"))) {
            line(sink, "1");
            broker.network().loseResponses(ApiKeys.END_TXN, Fault.HOLD);
            assertThatThrownBy(sink::commit)
                    .isInstanceOf(TimeoutException.class)
                    .satisfies(e -> assertThat(KafkaFailure.of(e)).isEqualTo(KafkaFailure.RETRY));
            assertThatThrownBy(() -> line(sink, "not yet")).isInstanceOf(KafkaException.class);
            assertThatThrownBy(sink::abort).isInstanceOf(KafkaException.class);
            broker.network().mend();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(TimeoutException.class)
                    .until(() -> {
                        sink.commit();
                        return !sink.isOpen();
                    });
            line(sink, "2");
            sink.commit();
        } finally {
            transactionVersion(2);
        }
        assertThat(committed()).containsExactly("1", "2");
    }

    @Test
    void closingEndsWhatOthersWaitFor() throws Exception {
        LogSink sink = open(Map.of("max.block.ms", "60000"));
        line(sink, "1");
        broker.network().loseRequests(ApiKeys.END_TXN, Fault.HOLD);
        int seen = broker.network().seen(ApiKeys.END_TXN);
        CompletableFuture<Void> commit = CompletableFuture.runAsync(sink::commit);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> broker.network().seen(ApiKeys.END_TXN) > seen);
        sink.close();
        assertThatThrownBy(() -> commit.get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(KafkaException.class);
        assertThatThrownBy(() -> line(sink, "2")).isInstanceOf(KafkaException.class);
        sink.close();
    }

    /** Batches wait for brokers in so much memory, and no longer than max.block.ms. */
    @Test
    void aFullBufferIsWaitedForAndThenTold() throws Exception {
        try (LogSink sink = open(Map.of("buffer.memory", "2000000", "max.block.ms", "1000"))) {
            line(sink, "1");
            sink.commit();
            broker.network().loseRequests(ApiKeys.PRODUCE, Fault.HOLD);
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 1_000; i++) {
                                    line(sink, Long.toHexString(i * 7919L).repeat(10_000));
                                }
                            })
                    .isInstanceOf(TimeoutException.class);
        }
        assertThat(committed()).containsExactly("1");
    }

    private LogSink open(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", broker.behind());
        properties.put("transactional.id", origin.transactionalId());
        properties.put("transaction.timeout.ms", 15_000);
        properties.put("request.timeout.ms", "5000");
        properties.put("delivery.timeout.ms", "12000");
        properties.put("max.block.ms", "10000");
        properties.put("compression.type", "none");
        properties.put("batch.size", 128 << 10);
        properties.putAll(more);
        LogSink sink =
                DirectSink.open(new SinkOpener.Plan(properties, origin, Uuid.ZERO_UUID, true));
        sink.learn(List.of(topic));
        assertThat(sink.takesAtOnce(target, false)).isTrue();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(TimeoutException.class)
                .until(() -> {
                    sink.takeOver();
                    return true;
                });
        return sink;
    }

    private void line(LogSink sink, String value) {
        byte[] bytes = value.getBytes(UTF_8);
        sink.line(
                target,
                PREFIX,
                bytes,
                0,
                bytes.length,
                0,
                bytes.length,
                0,
                System.currentTimeMillis(),
                List.of());
    }

    private List<String> committed() {
        List<String> values = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.address(),
                                "isolation.level",
                                "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            // Past what was aborted, too: a transaction that is open would be waited for.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> {
                        for (ConsumerRecord<String, String> line :
                                consumer.poll(Duration.ofMillis(50))) {
                            values.add(line.value());
                        }
                        return consumer.position(partition) >= end(partition);
                    });
        }
        return values;
    }

    /** The end of the log for those who read everything. */
    private static long end(TopicPartition partition) throws Exception {
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    private static void transactionVersion(int level) throws Exception {
        Map<String, FinalizedVersionRange> features =
                admin.describeFeatures().featureMetadata().get().finalizedFeatures();
        short now = requireNonNull(features.get("transaction.version")).maxVersionLevel();
        if (now != level) {
            admin.updateFeatures(
                            Map.of(
                                    "transaction.version",
                                    new FeatureUpdate(
                                            (short) level,
                                            level < now
                                                    ? UpgradeType.SAFE_DOWNGRADE
                                                    : UpgradeType.UPGRADE)),
                            new UpdateFeaturesOptions())
                    .all()
                    .get();
        }
    }
}
