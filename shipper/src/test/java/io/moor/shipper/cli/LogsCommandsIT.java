package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** The commands of those who read: on records written by hand, and on shipped ones. */
@ExtendWith(EmbeddedStackExtension.class)
class LogsCommandsIT {

    private static final String KEY = "-/-/host/logs/var/log/app.log";
    private static final String OLD = "4f1c09d2aa310b7e";
    private static final String NEW = "9a20c4417e55d013";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final String topic = "readers-" + UUID.randomUUID();
    private String kafka = "";
    private @Nullable KafkaProducer<byte[], byte[]> producer;
    private @TempDir Path work;

    @BeforeEach
    void createTopic(StackEndpoints stack) throws Exception {
        kafka = stack.kafka();
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    @Test
    void verifyProvesWhatIsWhole() throws Exception {
        send(KEY, "start", OLD + ":0-6", null);
        send(KEY, "last of the old file", OLD + ":20-41", "6-20:drop");
        send(KEY, "first", NEW + ":0-6", null);

        assertThat(verify("table")).isZero();

        List<String> lines = out.toString(UTF_8).lines().toList();
        assertThat(lines.getFirst().split(" +"))
                .containsExactly(
                        "STREAM",
                        "TOPIC",
                        "PARTITION",
                        "LINES",
                        "BYTES",
                        "SEALED",
                        "MISSING",
                        "DOUBLED",
                        "EXPIRED");
        assertThat(lines.get(1).split(" +"))
                .containsExactly(KEY, topic, "0", "3", "33", "false", "0", "0", "0");
        assertThat(lines).hasSize(2);
        assertThat(err.toString(UTF_8)).contains("14 bytes left out on purpose");
    }

    /**
     * Every fault in a stream of its own, all in one topic; each row must tell its own, no other.
     */
    @Test
    void verifyFindsEachFault() throws Exception {
        send("a-missing", "a", OLD + ":0-2", null);
        send("a-missing", "c", OLD + ":4-6", null);
        send("b-head", "b", OLD + ":2-4", null);
        send("c-doubled", "a", OLD + ":0-2", null);
        send("c-doubled", "b", OLD + ":2-4", null);
        send("c-doubled", "b", OLD + ":2-4", null);
        send("d-both", "a", OLD + ":0-2", null);
        send("d-both", "b", OLD + ":2-4", "0-2:sample");
        send("e-broken", "a", OLD + ":0-2", null);
        send("e-broken", "?", "nonsense", null);
        send("e-broken", "?", OLD + ":4-2", null);
        send("e-broken", "?", OLD.toUpperCase(Locale.ROOT) + ":2-4", null);
        send("e-broken", "?", null, "2-4:drop");
        send("e-broken", "b", OLD + ":4-6", "2-4");
        send("e-broken", "c", OLD + ":6-8", "6-12:drop");
        send("e-broken", null, OLD + ":8-10", null);
        send("f-reordered", "a", OLD + ":0-2", null);
        send("f-reordered", "c", OLD + ":4-6", null);
        send("f-reordered", "b", OLD + ":2-4", null);
        send("g-skipped", "a", OLD + ":0-2", null);
        send("g-skipped", "d", OLD + ":6-8", "2-4:drop,4-6:dead-letter");
        send(null, "a", OLD + ":0-2", null);

        assertThat(verify("json")).isEqualTo(3);

        assertThat(json())
                .containsExactly(
                        row("-", 0, 0, 0, 0, 0, 0, 1),
                        row("a-missing", 2, 2, 0, 0, 0, 0, 0),
                        row("b-head", 1, 2, 0, 0, 0, 0, 0),
                        row("c-doubled", 3, 0, 2, 0, 0, 1, 0),
                        row("d-both", 2, 0, 2, 0, 2, 0, 0),
                        row("e-broken", 3, 2, 0, 0, 0, 0, 7),
                        row("f-reordered", 3, 0, 0, 0, 0, 1, 0),
                        row("g-skipped", 2, 0, 0, 0, 4, 0, 0));
        assertThat(err.toString(UTF_8))
                .contains("e-broken: 7 records cannot be understood")
                .contains("f-reordered: 1 records out of order")
                .contains("g-skipped: 4 bytes left out on purpose");
    }

    /** Every byte is there once, so this is no failure by itself. */
    @Test
    void verifyStillAccountsForReorderedAndSkippedBytes() throws Exception {
        send(KEY, "a", OLD + ":0-2", null);
        send(KEY, "c", OLD + ":4-6", null);
        send(KEY, "b", OLD + ":2-4", null);
        send(KEY, "e", OLD + ":8-10", "6-8:drop");

        assertThat(verified(0)).isEqualTo(row(KEY, 4, 0, 0, 0, 2, 1, 0));
    }

    @Test
    void verifyLeavesOutWhatOthersWrote() throws Exception {
        send(KEY, "a", OLD + ":0-2", null);
        send("other", "x", null, null);

        assertThat(verified(0)).isEqualTo(row(KEY, 1, 0, 0, 0, 0, 0, 0));
        assertThat(err.toString(UTF_8)).contains("1 records have no header of Moor");
    }

    @Test
    void verifyCallsADeletedHeadExpired() throws Exception {
        send(KEY, "a", OLD + ":0-2", null);
        send(KEY, "b", OLD + ":2-4", null);
        try (Admin admin = admin()) {
            admin.deleteRecords(
                            Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }

        assertThat(verified(0)).isEqualTo(row(KEY, 1, 0, 0, 2, 0, 0, 0));
    }

    @Test
    void verifyMissesWhatACheckpointPromisesAndNoRecordHas() throws Exception {
        Path file = Files.writeString(work.resolve("app.log"), "a\nb\n").toRealPath();
        assertThat(ship()).isZero();
        assertThat(verified(0).path("sealed").asBoolean()).isTrue();

        Files.writeString(file, "a\nb\nc\n");
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
        createAgain();

        JsonNode row = verified(3);

        assertThat(row.path("missing").asLong()).isEqualTo(4);
        assertThat(row.path("lines").asLong()).isZero();
    }

    @Test
    void verifyRefusesTopicsThatAccountForNothing() {
        for (String own : List.of("moor.checkpoints", "moor.dead-letters")) {
            assertThat(run("logs", "verify", "--kafka", kafka, "--topic", own)).isEqualTo(1);
            assertThat(err.toString(UTF_8)).contains("'" + own + "' is not a topic of lines");
        }
    }

    @Test
    void streamsListsPositionLagAndSeal() throws Exception {
        Path file = Files.writeString(work.resolve("app.log"), "a\nb\n").toRealPath();
        assertThat(ship()).isZero();

        assertThat(run("logs", "streams", "--kafka", kafka, "--topic", topic, "--output", "json"))
                .isZero();

        JsonNode row = json().get(0);
        assertThat(json()).hasSize(1);
        assertThat(row.path("stream").asText()).isEqualTo("-/-/h/logs" + file);
        assertThat(row.path("position").asText()).matches("[0-9a-f]{16}:4");
        assertThat(row.path("lines").asLong()).isEqualTo(2);
        assertThat(row.path("bytes").asLong()).isEqualTo(4);
        assertThat(row.path("behind").asLong()).isZero();
        assertThat(row.path("sealed").asBoolean()).isTrue();
    }

    @Test
    void streamsListsOneStream() throws Exception {
        Files.writeString(work.resolve("a.log"), "a\n");
        Path other = Files.writeString(work.resolve("b.log"), "b\n").toRealPath();
        assertThat(ship()).isZero();

        String stream = "-/-/h/logs" + other;
        assertThat(run("logs", "streams", "--kafka", kafka, "--stream", stream, "--output", "json"))
                .isZero();

        assertThat(json()).extracting(row -> row.path("stream").asText()).containsExactly(stream);
    }

    @Test
    void tailPrintsOneJsonObjectPerLineAndGoesOn() throws Exception {
        send("other", "x", OLD + ":0-2", null);
        send(KEY, "a", OLD + ":0-2", null);
        try (Tail tail = new Tail("--from-beginning", "--stream", KEY, "--output", "json")) {
            JsonNode first = new ObjectMapper().readTree(tail.line());
            send(KEY, "b", NEW + ":4-6", "0-2:drop,2-4:sample");
            JsonNode second = new ObjectMapper().readTree(tail.line());

            assertThat(first.path("line").asText()).isEqualTo("a");
            assertThat(first.path("stream").asText()).isEqualTo(KEY);
            assertThat(first.path("span").asText()).isEqualTo(OLD + ":0-2");
            assertThat(first.path("topic").asText()).isEqualTo(topic);
            assertThat(first.path("offset").asLong()).isEqualTo(1);
            assertThat(first.path("timestamp").asText()).endsWith("Z");
            assertThat(first.has("lineBase64")).isFalse();
            assertThat(second.path("skipped"))
                    .extracting(JsonNode::asText)
                    .containsExactly("0-2:drop", "2-4:sample");
        }
    }

    @Test
    void tailWithoutOptionsPrintsKeysAndBytesFromTheEndOn() throws Exception {
        send(KEY, "before", OLD + ":0-7", null);
        try (Tail tail = new Tail()) {
            tail.awaitReady();
            send(KEY, "\u00e9", OLD + ":7-10", null);

            assertThat(tail.line()).isEqualTo(KEY + "\t\u00e9");
        }
    }

    @Test
    void tailSaysThatATopicDoesNotExist() {
        assertThat(run("logs", "tail", "--kafka", kafka, "--topic", "none-" + topic)).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("does not exist");
    }

    private JsonNode verified(int code) throws IOException {
        assertThat(verify("json")).isEqualTo(code);
        JsonNode rows = json();
        out.reset();
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString(UTF_8));
    }

    /** The row of a stream whose lines are two bytes each. */
    private JsonNode row(
            String stream,
            int lines,
            int missing,
            int doubled,
            int expired,
            int skipped,
            int reordered,
            int broken) {
        return new ObjectMapper()
                .createObjectNode()
                .put("stream", stream)
                .put("topic", topic)
                .put("partition", 0)
                .put("lines", lines)
                .put("bytes", 2 * lines)
                .put("skipped", skipped)
                .put("sealed", false)
                .put("missing", missing)
                .put("doubled", doubled)
                .put("expired", expired)
                .put("reordered", reordered)
                .put("damaged", 0)
                .put("broken", broken);
    }

    private int verify(String format) {
        return run("logs", "verify", "--kafka", kafka, "--topic", topic, "--output", format);
    }

    private int ship() {
        return run(
                "ship",
                "--kafka",
                kafka,
                "--topic",
                topic,
                "--state",
                work.resolve("state").toString(),
                "--instance",
                "h",
                "--until-eof",
                work + "/*.log");
    }

    private int run(String... arguments) {
        return new Cli(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false)
                .execute(new CommandLine(new ShipperMain()), arguments);
    }

    private void createAgain() throws Exception {
        try (Admin admin = admin()) {
            // A deleted topic's name is free a moment later.
            org.awaitility.Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> {
                        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
                        return true;
                    });
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka));
    }

    private void send(
            @Nullable String key,
            @Nullable String value,
            @Nullable String span,
            @Nullable String skipped)
            throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topic,
                        key == null ? null : key.getBytes(UTF_8),
                        value == null ? null : value.getBytes(UTF_8));
        if (span != null) {
            record.headers().add("moor.span", span.getBytes(UTF_8));
        }
        if (skipped != null) {
            record.headers().add("moor.skipped", skipped.getBytes(UTF_8));
        }
        producer().send(record).get();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> known = producer;
        if (known == null) {
            known =
                    new KafkaProducer<>(
                            Map.of("bootstrap.servers", kafka),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
            producer = known;
        }
        return known;
    }

    @AfterEach
    void closeProducer() {
        if (producer != null) {
            producer.close();
        }
    }

    /** {@code moor logs tail} as a process: it ends by a signal. */
    private final class Tail implements AutoCloseable {

        private final Process process;
        private final BufferedReader lines;
        private final Path errors = work.resolve("tail.err");

        Tail(String... options) throws IOException {
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-XX:+UseSerialGC",
                                    "-cp",
                                    System.getProperty(
                                            "surefire.test.class.path",
                                            System.getProperty("java.class.path")),
                                    ShipperMain.class.getName(),
                                    "logs",
                                    "tail",
                                    "--kafka",
                                    kafka,
                                    "--topic",
                                    topic));
            command.addAll(List.of(options));
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        }

        String line() throws IOException {
            String line = lines.readLine();
            assertThat(line).as(Files.readString(errors)).isNotNull();
            return line;
        }

        void awaitReady() {
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(30))
                    .until(() -> Files.readString(errors).contains("following"));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
