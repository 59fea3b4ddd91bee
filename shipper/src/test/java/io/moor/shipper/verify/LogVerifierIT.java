package io.moor.shipper.verify;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.CheckpointCodec;
import io.moor.shipper.checkpoint.CheckpointKey;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.Evidence;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.stream.OpenLine;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Records written by hand into a real topic: nothing of the shipper takes part. */
@ExtendWith(EmbeddedStackExtension.class)
class LogVerifierIT {

    private static final String KEY = "-/-/host/logs/var/log/app.log";
    private static final String OLD = "4f1c09d2aa310b7e";
    private static final String NEW = "9a20c4417e55d013";

    private final String topic = "verify-" + UUID.randomUUID();
    private Map<String, String> kafka = Map.of();

    @BeforeEach
    void createTopic(StackEndpoints stack) throws Exception {
        kafka = Map.of("bootstrap.servers", stack.kafka());
        try (Admin admin = Admin.create(Map.<String, Object>copyOf(kafka))) {
            admin.createTopics(java.util.List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    @Test
    void provesTheWorkedExample() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            send(producer, "start", OLD + ":0-6", "");
            send(producer, "GET /", OLD + ":6-12", "");
            send(producer, "last of the old file", OLD + ":20-41", "12-20:drop");
            send(producer, "first of the new file", NEW + ":0-22", "");
            send(producer, "no newline yet", NEW + ":22-36", "");
            send(producer, " and its rest", NEW + ":36-50", "");
        }

        assertThat(new LogVerifier(kafka).verify(topic).streams())
                .containsExactly(
                        new StreamVerdict(KEY, topic, 0, 6, 83, 8, false, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void findsMissingDoubledReorderedAndForeignRecords() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            send(producer, "a", OLD + ":0-2", "");
            send(producer, "c", OLD + ":4-6", "");
            send(producer, "b", OLD + ":2-4", "");
            send(producer, "c", OLD + ":4-6", "");
            send(producer, "e", OLD + ":8-10", "");
            producer.send(new ProducerRecord<>(topic, KEY, "somebody else's")).get();
        }

        TopicVerdict verdict = new LogVerifier(kafka).verify(topic);

        assertThat(verdict.holds()).isFalse();
        assertThat(verdict.foreign()).isEqualTo(1);
        assertThat(verdict.streams().getFirst())
                .returns(2L, StreamVerdict::missing)
                .returns(2L, StreamVerdict::doubled)
                .returns(2L, StreamVerdict::reordered);
    }

    @Test
    void callsAHeadThatRetentionDeletedExpired() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            send(producer, "a", OLD + ":0-2", "");
            send(producer, "b", OLD + ":2-4", "");
        }
        try (Admin admin = Admin.create(Map.<String, Object>copyOf(kafka))) {
            admin.deleteRecords(
                            Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }

        assertThat(new LogVerifier(kafka).verify(topic).streams().getFirst())
                .returns(2L, StreamVerdict::expired)
                .returns(0L, StreamVerdict::missing)
                .returns(true, StreamVerdict::holds);
    }

    /** Another one may have shipped files of this name to another topic. */
    @Test
    void countsArchivedGenerationsOfTheOriginThatShippedHereOnly() throws Exception {
        String stream = KEY + topic;
        Origin here = new Origin("here-" + topic);
        Origin elsewhere = new Origin("elsewhere-" + topic);
        KafkaClients clients = new KafkaClients(kafka);
        try (Admin admin = clients.admin();
                KafkaProducer<byte[], byte[]> checkpoints =
                        new KafkaProducer<>(
                                Map.<String, Object>copyOf(kafka),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
            clients.topics(admin).createCheckpoints();
            checkpoint(
                    checkpoints,
                    CheckpointKey.of(here, stream),
                    CheckpointCodec.encode(
                            new StreamCheckpoint(
                                    here.id(),
                                    stream,
                                    topic,
                                    0,
                                    "logs",
                                    0,
                                    true,
                                    Totals.NONE,
                                    List.of()),
                            Instant.EPOCH));
            checkpoint(
                    checkpoints,
                    CheckpointKey.ofArchived(elsewhere, stream, OLD),
                    archived(stream));
            assertThat(new LogVerifier(kafka).verify(topic).streams())
                    .singleElement()
                    .returns(0L, StreamVerdict::missing);

            checkpoint(checkpoints, CheckpointKey.ofArchived(here, stream, OLD), archived(stream));
            assertThat(new LogVerifier(kafka).verify(topic).streams())
                    .singleElement()
                    .returns(41L, StreamVerdict::missing);
        }
    }

    /** Of a generation none of whose 41 bytes is in a record. */
    private static byte[] archived(String stream) {
        return CheckpointCodec.encode(
                new ArchivedGeneration(
                        stream,
                        new GenerationCheckpoint(
                                OLD,
                                "var/log/app.log.1",
                                41,
                                1,
                                41,
                                0,
                                OpenLine.NONE,
                                null,
                                null,
                                41,
                                End.ROTATED,
                                new Evidence(
                                        new PhysicalId("2@x", 64, 12, Instant.EPOCH),
                                        new ContentEvidence(41, 41, "aa", 41, "bb")),
                                List.of())));
    }

    private static void checkpoint(KafkaProducer<byte[], byte[]> producer, byte[] key, byte[] value)
            throws Exception {
        producer.send(new ProducerRecord<>("moor.checkpoints", 0, key, value)).get();
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.<String, Object>copyOf(kafka), new StringSerializer(), new StringSerializer());
    }

    private void send(
            KafkaProducer<String, String> producer, String value, String span, String skipped)
            throws Exception {
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, KEY, value);
        record.headers().add("moor.span", span.getBytes(UTF_8));
        if (!skipped.isEmpty()) {
            record.headers().add("moor.skipped", skipped.getBytes(UTF_8));
        }
        producer.send(record).get();
    }
}
