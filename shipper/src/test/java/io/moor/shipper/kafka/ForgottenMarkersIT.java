package io.moor.shipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.Origin;
import io.moor.shipper.broker.BrokerProcess;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * KAFKA-20734: a broker that dies between the decision over a transaction and telling its
 * partitions forgets to tell them. Many partitions make that time long enough to be hit.
 */
class ForgottenMarkersIT {

    private static final int PARTITIONS = 150;
    private static final int TRIES = 10;
    private static final Origin ORIGIN = new Origin("forgotten");

    @TempDir Path work;

    @Test
    void whatIsCommittedBecomesVisible() throws Exception {
        try (BrokerProcess broker = BrokerProcess.forgetful(work.resolve("kafka"))) {
            Map<String, String> kafka = Map.of("bootstrap.servers", broker.address());
            KafkaClients clients = new KafkaClients(kafka);
            try (Admin admin = clients.admin()) {
                clients.topics(admin).createCheckpoints();
                admin.createTopics(List.of(new NewTopic("data", PARTITIONS, (short) 1)))
                        .all()
                        .get();
                forget(broker, admin);

                new ForgottenMarkers(clients, admin, ORIGIN).write(List.of("data"));

                assertThat(hidden(admin)).isEmpty();
                // Another look finds nothing to do, and the next shipper goes on.
                new ForgottenMarkers(clients, admin, ORIGIN).write(List.of("data"));
                try (KafkaProducer<byte[], byte[]> next = producer(broker)) {
                    next.initTransactions();
                    fill(next);
                    next.commitTransaction();
                }
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(hidden(admin)).isEmpty());
            }
        }
    }

    @Test
    void theEmbeddedKafkaForgetsNothing() throws Exception {
        try (BrokerProcess broker = BrokerProcess.in(work.resolve("kafka"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            new KafkaClients(Map.of()).topics(admin).createCheckpoints();
            admin.createTopics(List.of(new NewTopic("data", PARTITIONS, (short) 1))).all().get();
            commitAndDie(broker, admin);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(hidden(admin)).isEmpty());
        }
    }

    /** Commits until Kafka forgets to tell a partition. */
    private static void forget(BrokerProcess broker, Admin admin) throws Exception {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            commitAndDie(broker, admin);
            if (!hidden(admin).isEmpty()) {
                return;
            }
        }
        throw new AssertionError("Kafka forgot nothing in " + TRIES + " kills");
    }

    private static void commitAndDie(BrokerProcess broker, Admin admin) throws Exception {
        try (KafkaProducer<byte[], byte[]> killed = producer(broker)) {
            killed.initTransactions();
            fill(killed);
            // Answered when it is decided.
            killed.commitTransaction();
            broker.kill();
            killed.close(Duration.ZERO);
        }
        broker.start();
        awaitDecided(admin);
    }

    private static void awaitDecided(Admin admin) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() ->
                        admin.describeTransactions(List.of(ORIGIN.transactionalId()))
                                .description(ORIGIN.transactionalId())
                                .get()
                                .state()
                                .toString()
                                .equals("CompleteCommit"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> ends(admin, IsolationLevel.READ_UNCOMMITTED).size() > PARTITIONS);
    }

    private static void fill(KafkaProducer<byte[], byte[]> producer) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        producer.beginTransaction();
        for (int i = 0; i < PARTITIONS; i++) {
            sent.add(
                    producer.send(new ProducerRecord<>("data", i, new byte[] {1}, new byte[] {2})));
        }
        TopicPartition checkpoints = OriginCheckpoints.partition(ORIGIN);
        sent.add(
                producer.send(
                        new ProducerRecord<>(
                                checkpoints.topic(),
                                checkpoints.partition(),
                                "other/x".getBytes(StandardCharsets.US_ASCII),
                                new byte[] {2})));
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    /** Partitions in which readers of committed records do not get to the end. */
    private static List<TopicPartition> hidden(Admin admin) throws Exception {
        Map<TopicPartition, Long> visible = ends(admin, IsolationLevel.READ_COMMITTED);
        return ends(admin, IsolationLevel.READ_UNCOMMITTED).entrySet().stream()
                .filter(end ->
                        end.getValue() > Optional.ofNullable(visible.get(end.getKey())).orElse(0L))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Map<TopicPartition, Long> ends(Admin admin, IsolationLevel level)
            throws Exception {
        Map<TopicPartition, OffsetSpec> all =
                IntStream.range(0, PARTITIONS)
                        .mapToObj(i -> new TopicPartition("data", i))
                        .collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest()));
        all.put(OriginCheckpoints.partition(ORIGIN), OffsetSpec.latest());
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(all, new ListOffsetsOptions(level))
                .all()
                .get()
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private static KafkaProducer<byte[], byte[]> producer(BrokerProcess broker) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.address(),
                        "transactional.id",
                        ORIGIN.transactionalId(),
                        "max.block.ms",
                        30_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
