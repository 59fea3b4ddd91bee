package io.moor.shipper.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.ValidationMessage;

import io.moor.shipper.Origin;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.Shippers;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.cli.Cli;
import io.moor.shipper.cli.ShipCommand;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What {@code docs/log-records.md} says: its examples are run, and its schemas are held against the
 * records of a real run with rotation, pieces of lines, a deleted file, seals and a reopened one.
 */
@ExtendWith(EmbeddedStackExtension.class)
class LogRecordsPageIT {

    private static final Path PAGE = Path.of("../docs/log-records.md");
    private static final Path CONSUMER =
            Path.of("src/test/java/io/moor/shipper/docs/ReadLogs.java");
    private static final String TOPIC = "page-" + UUID.randomUUID();
    private static final String ORIGIN = "page-" + UUID.randomUUID();
    private static final List<String> LINES =
            List.of(
                    "one",
                    "two",
                    "0123456789abcdefgh",
                    "12345678",
                    "three",
                    "begun and ended",
                    "9",
                    "8",
                    "7",
                    "6",
                    "5");

    private static @TempDir Path work;
    private static String kafka = "";
    private static String key = "";

    @BeforeAll
    static void ship(StackEndpoints stack) throws Exception {
        kafka = stack.kafka();
        Path log = work.toRealPath().resolve("app.log");
        key = "-/-/h/logs" + log;
        append(log, "one\ntwo\n0123456789abcdefgh\n");
        ship();
        Files.move(log, log.resolveSibling("app.log.1"));
        append(log, "12345678\r\nthree\n");
        append(log, "begun");
        ship();
        Files.delete(log.resolveSibling("app.log.1"));
        append(log, " and ended\n");
        ship();
        rotateOften(log);
    }

    /** So many files that the checkpoint does not list them all. */
    private static void rotateOften(Path log) throws Exception {
        ShipperConfig config =
                new ShipperConfig(
                        new Origin(ORIGIN),
                        new StreamScope(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of("h"),
                                Optional.empty()),
                        List.of(
                                new SourceConfig(
                                        "logs",
                                        List.of(work.toRealPath() + "/*.log"),
                                        List.of(),
                                        TOPIC,
                                        8,
                                        SourceConfig.Oversized.SPLIT)),
                        Map.of("bootstrap.servers", kafka),
                        work.resolve("state"),
                        0,
                        false,
                        ShipperConfig.Delivery.EXACTLY_ONCE,
                        io.moor.shipper.Sinks.chosen());
        try (Shipper shipper = Shippers.start(config)) {
            for (int i = 9; i > 4; i--) {
                long before = committed(shipper);
                Files.move(log, log.resolveSibling("app.log." + i));
                append(log, i + "\n");
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> committed(shipper) > before);
            }
            assertThat(shipper.drain(Duration.ofSeconds(30)).complete()).isTrue();
        }
    }

    private static long committed(Shipper shipper) {
        return shipper.status().streams().stream()
                .mapToLong(ShipperStatus.StreamStatus::committedLines)
                .sum();
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static void ship() {
        int code =
                new Cli(System.out, new PrintStream(System.err, true, UTF_8), false)
                        .execute(
                                new CommandLine(new ShipCommand()),
                                "--kafka",
                                kafka,
                                "--topic",
                                TOPIC,
                                "--state",
                                work.resolve("state").toString(),
                                "--origin",
                                ORIGIN,
                                "--instance",
                                "h",
                                "--max-line",
                                "8",
                                "--until-eof",
                                work + "/*.log");
        assertThat(code).isZero();
    }

    @Test
    void thePageShowsTheConsumerThatIsCompiled() throws IOException {
        String source = Files.readString(CONSUMER);

        assertThat(block("java")).isEqualTo(source.substring(source.indexOf("import static")));
    }

    @Test
    void theConsumerOfThePagePrintsEveryLineOnce() throws Exception {
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                ReadLogs.class.getName(),
                                kafka,
                                TOPIC,
                                "page-" + UUID.randomUUID())
                        .redirectError(work.resolve("java.err").toFile())
                        .start();
        try (var out = new BufferedReader(new InputStreamReader(java.getInputStream(), UTF_8))) {
            for (String line : LINES) {
                assertThat(out.readLine()).isEqualTo(key + " " + line);
            }
        } finally {
            java.destroyForcibly();
        }
    }

    @Test
    void theKcatCommandOfThePagePrintsEveryRecord() throws Exception {
        boolean installed =
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kcat")));
        assumeTrue(installed, "kcat is not installed: apt-get install kcat");
        String command = block("sh").replace("localhost:9092", kafka).replace("logs.web", TOPIC);

        Process kcat =
                new ProcessBuilder("/bin/sh", "-c", command)
                        .redirectError(work.resolve("kcat.err").toFile())
                        .start();
        List<String> lines =
                new String(kcat.getInputStream().readAllBytes(), UTF_8).lines().toList();

        assertThat(kcat.waitFor()).as(Files.readString(work.resolve("kcat.err"))).isZero();
        assertThat(lines)
                .hasSize(LINES.size() + 4)
                .allMatch(line -> line.startsWith(key + " | ") && line.contains(" | moor.span="));
        assertThat(lines.getFirst()).contains(" | one | ");
        assertThat(lines).anyMatch(line -> line.contains("| 01234567 |") && line.contains("split"));
        assertThat(lines.getLast()).contains("| 5 |");
    }

    @Test
    void everyCheckpointSealAndClaimIsAsTheSchemasSay() throws Exception {
        int seals = 0;
        int claims = 0;
        int checkpoints = 0;
        int archived = 0;
        for (ConsumerRecord<String, String> record : read("moor.checkpoints")) {
            if (!record.key().startsWith(ORIGIN + "/") || record.value() == null) {
                continue;
            }
            JsonNode value = new ObjectMapper().readTree(record.value());
            if (record.key().equals(ORIGIN + "/")) {
                assertValid("owner-claim", value);
                claims++;
            } else if (record.key().startsWith(ORIGIN + "//")) {
                assertValid("archived-generation", value);
                archived++;
            } else {
                assertValid("checkpoint", value);
                checkpoints++;
                if (value.path("sealed").asBoolean()) {
                    assertValid("seal", value);
                    seals++;
                } else {
                    assertThat(problems("seal", value)).isNotEmpty();
                }
            }
        }
        assertThat(archived).isPositive();
        assertThat(claims).isGreaterThanOrEqualTo(3);
        assertThat(seals).isGreaterThanOrEqualTo(3);
        assertThat(checkpoints).isGreaterThanOrEqualTo(seals);
    }

    @Test
    void everyHeaderIsAsTheSchemaSays() throws Exception {
        List<ConsumerRecord<String, String>> records = read(TOPIC);
        assertThat(records).hasSize(LINES.size() + 4);
        for (ConsumerRecord<String, String> record : records) {
            ObjectNode headers = new ObjectMapper().createObjectNode();
            record.headers()
                    .forEach(each -> headers.put(each.key(), new String(each.value(), UTF_8)));
            assertValid("headers", headers);
        }
    }

    @Test
    void theSchemasRefuseWhatIsNotOfTheirKind() throws Exception {
        JsonNode seal =
                read("moor.checkpoints").stream()
                        .filter(record -> record.key().equals(ORIGIN + "/" + key))
                        .map(record -> tree(record.value()))
                        .toList()
                        .getLast();
        for (Map.Entry<String, JsonNode> field : seal.properties()) {
            ObjectNode without = seal.deepCopy();
            without.remove(field.getKey());
            assertThat(problems("seal", without)).as("without " + field.getKey()).isNotEmpty();
        }
        ObjectNode other = seal.deepCopy();
        assertThat(problems("checkpoint", other.put("v", 2))).isNotEmpty();
        assertThat(problems("headers", tree("{\"moor.span\": \"4F1C09d2aa310b7e:0-6\"}")))
                .isNotEmpty();
        assertThat(
                        problems(
                                "headers",
                                tree(
                                        """
                                        {"moor.span": "4f1c09d2aa310b7e:20-41",
                                         "moor.skipped": "12-20:drop,1-2:lost"}
                                        """)))
                .isNotEmpty();
        String letter = "{\"moor.span\": \"4f1c09d2aa310b7e:20-41\", \"moor.flags\": \"%s\"}";
        assertThat(problems("dead-letter-headers", tree(letter.formatted("split")))).isNotEmpty();
        assertThat(problems("dead-letter-headers", tree(letter.formatted("dead-letter,split"))))
                .isEmpty();
    }

    private static void assertValid(String schema, JsonNode value) throws IOException {
        assertThat(problems(schema, value)).as(value.toPrettyString()).isEmpty();
        assertThat(Schemas.strict(schema).validate(value))
                .as("a field that the schema does not know: " + value.toPrettyString())
                .isEmpty();
    }

    private static List<ValidationMessage> problems(String schema, JsonNode value)
            throws IOException {
        JsonSchema published = Schemas.published(schema);
        return List.copyOf(published.validate(value));
    }

    private static JsonNode tree(String json) {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** The first code block of the page in a language. */
    private static String block(String language) throws IOException {
        String page = Files.readString(PAGE);
        String fence = "```" + language + "\n";
        int start = page.indexOf(fence) + fence.length();
        return page.substring(start, page.indexOf("```", start));
    }

    private static List<ConsumerRecord<String, String>> read(String topic) {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed");
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }
}
