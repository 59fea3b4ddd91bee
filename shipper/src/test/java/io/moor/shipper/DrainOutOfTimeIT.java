package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.shipper.DrainReport.StreamReport;
import io.moor.shipper.DrainReport.Unshipped;
import io.moor.shipper.ShipperStatus.FileState;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.stack.StackControl;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drains whose time is up while Kafka is dead or slow: what they say is left is compared with what
 * a read_committed reader finds afterwards. And the status meanwhile.
 */
class DrainOutOfTimeIT {

    /** A shipper that notices an outage soon. */
    private static final Map<String, String> IMPATIENT =
            Map.of(
                    "delivery.timeout.ms",
                    "2500",
                    "request.timeout.ms",
                    "2000",
                    "max.block.ms",
                    "2500");

    private static @TempDir Path base;
    private static StackControl stack;
    private static String kafka = "";

    private @TempDir Path work;
    private ShippingRig rig;

    @BeforeAll
    static void start() {
        stack = StackControl.of(base.resolve("stack"));
    }

    @BeforeEach
    void ready() throws IOException {
        kafka = stack.start().kafka();
        rig = new ShippingRig(work, kafka);
    }

    @AfterAll
    static void stop() throws IOException {
        stack.stop();
    }

    @Test
    void tellsExactlyWhatIsLeftWhenKafkaIsDead() throws Exception {
        rig.write("app.log", "1\n22\n");
        rig.write("other.log", "x\n");
        DrainReport report;
        try (Command command = new Command(work.resolve("command"));
                Shipper shipper = impatient()) {
            rig.awaitLines(shipper, 3);
            stack.killServer();
            command.seesTheOutage();
            rig.write("app.log", "333\n");
            rig.move("app.log", "app.log.1");
            rig.write("app.log", "4444\nunterminated");
            rig.write("gone.log", "55555\n");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() ->
                            shipper.status().streams().size() == 3
                                    && !shipper.status().waitingFor().isEmpty());
            Files.delete(rig.logs.resolve("gone.log"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            shipper.status().sources().getFirst().pinnedFiles() == 1
                                    && shipper.status().sources().getFirst().oldestUnshippedMs()
                                            > 1_000);
            ShipperStatus status = shipper.status();
            assertThat(status.sources().getFirst().pinnedBytes()).isEqualTo(6);
            assertThat(status.sources().getFirst().behindBytes()).isEqualTo(4 + 17 + 6);
            assertThat(status.files())
                    .extracting(FileStatus::state)
                    .containsExactlyInAnyOrder(
                            FileState.READING, FileState.WAITING, FileState.DELETED);
            assertThat(status.waitingFor()).startsWith("Kafka");

            report = shipper.drain(Duration.ofSeconds(2));
            command.endsWithThreeAndTheRanges();
            stack.start();
            assertThat(command.rig.values("app.log")).containsExactly("1", "22");
        }

        assertThat(report.complete()).isFalse();
        assertThat(report.end()).isEqualTo(DrainReport.End.OUT_OF_TIME);
        assertThat(ranges(report))
                .containsExactlyInAnyOrder(
                        rig.logs.resolve("app.log.1") + ":5-9",
                        rig.logs.resolve("app.log") + ":0-17",
                        rig.logs.resolve("gone.log") + ":0-6");
        assertExact(report);
    }

    /** A quota of the broker makes it slow: the last transactions come back late or not at all. */
    @Test
    void tellsExactlyWhatIsLeftWhenKafkaIsSlow() throws Exception {
        quota(20_000.0);
        try {
            DrainReport report;
            try (Shipper shipper = rig.start()) {
                for (int file = 0; file < 5; file++) {
                    // Random text, so that compression does not make it small.
                    rig.write("f" + file + ".log", noise(400));
                }
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> shipper.status().streams().size() == 5);
                // Two seconds of it are for finding out what became of the last transaction.
                report = shipper.drain(Duration.ofSeconds(9));
            }
            assertThat(report.complete()).isFalse();
            assertExact(report);
        } finally {
            quota(null);
        }
    }

    /** {@code moor ship} with a topic of its own, in the same outage. */
    private static final class Command implements AutoCloseable {

        private final ShippingRig rig;
        private final Path log;
        private final ShipProcess process;
        private final int port = freePort();

        Command(Path work) throws Exception {
            rig = new ShippingRig(Files.createDirectory(work), kafka);
            log = rig.write("app.log", "1\n22\n");
            process =
                    ShipProcess.start(
                            List.of(),
                            work.resolve("ship.out"),
                            "ship",
                            "--kafka",
                            kafka,
                            "--topic",
                            rig.topic,
                            "--state",
                            work.resolve("process").toString(),
                            "--instance",
                            "host",
                            "--status",
                            String.valueOf(port),
                            "--output",
                            "json",
                            "--drain-timeout",
                            "2s",
                            rig.logs + "/*.log");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> status().at("/sources/0/committedLines").asLong() == 2);
        }

        JsonNode status() throws Exception {
            return json(get(port, "/status"));
        }

        void seesTheOutage() throws Exception {
            assertThat(get(port, "/healthz")).isEqualTo("ok\n");
            assertThat(get(port, "/metrics")).contains("moor_shipper_committed_lines{");
            rig.write("app.log", "333\n");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> status().at("/sources/0/behindBytes").asLong() == 4);
            assertThat(status().path("delivery").asText()).isEqualTo("exactly-once");
            assertThat(status().at("/files/0/file").asText()).isEqualTo(log.toString());
        }

        void endsWithThreeAndTheRanges() throws Exception {
            process.terminate();
            assertThat(process.exitCode()).isEqualTo(3);
            String text = process.output();
            JsonNode document =
                    json(text.substring(text.indexOf("\n{") + 1, text.lastIndexOf("\n}") + 2));
            assertThat(document.path("complete").asBoolean(true)).isFalse();
            JsonNode range = document.at("/streams/0/unshipped/0");
            assertThat(range.path("file").asText()).isEqualTo(log.toString());
            assertThat(range.path("fileId").asText()).matches("[0-9a-f]{16}");
            assertThat(range.path("start").asLong()).isEqualTo(5);
            assertThat(range.path("end").asLong()).isEqualTo(9);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private Shipper impatient() throws ShipperException {
        ShipperConfig config = rig.config(false);
        Map<String, String> kafka = new HashMap<>(config.kafka());
        kafka.putAll(IMPATIENT);
        return Shippers.start(
                new ShipperConfig(
                        config.origin(),
                        config.scope(),
                        config.sources(),
                        kafka,
                        config.state(),
                        config.ownerEpoch(),
                        config.untilEof(),
                        config.delivery(),
                        config.sink()));
    }

    /** Bytes of each file that the topic does not have, against what the report says. */
    private void assertExact(DrainReport report) {
        Map<String, Long> committed = new HashMap<>();
        for (ShippingRig.Line line : rig.lines()) {
            String id = line.span().substring(0, 16);
            long start = Long.parseLong(line.span().replaceAll(".*:(\\d+)-.*", "$1"));
            long end = Long.parseLong(line.span().replaceAll(".*-", ""));
            assertThat(start).isEqualTo(committed.getOrDefault(id, 0L));
            committed.put(id, end);
        }
        for (StreamReport stream : report.streams()) {
            for (Unshipped left : stream.unshipped()) {
                assertThat(left.start())
                        .as(left.toString())
                        .isEqualTo(committed.getOrDefault(left.fileId(), 0L));
                if (Files.exists(Path.of(left.file()))) {
                    assertThat(Path.of(left.file()).toFile().length()).isEqualTo(left.end());
                }
            }
            long inTopic =
                    rig.lines().stream().filter(line -> line.key().equals(stream.stream())).count();
            assertThat(inTopic).as(stream.toString()).isEqualTo(stream.lines());
        }
        assertThat(committed.values().stream().mapToLong(each -> each).sum())
                .isEqualTo(report.streams().stream().mapToLong(StreamReport::bytes).sum());
    }

    private static List<String> ranges(DrainReport report) {
        return report.streams().stream()
                .flatMap(stream -> stream.unshipped().stream())
                .map(left -> left.file() + ":" + left.start() + "-" + left.end())
                .toList();
    }

    private static String noise(int lines) {
        var random = new java.util.Random(7);
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < 400; i++) {
                text.append((char) ('!' + random.nextInt(90)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static void quota(@org.jspecify.annotations.Nullable Double bytesPerSecond)
            throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            Map<String, String> everybody = new HashMap<>();
            everybody.put(ClientQuotaEntity.CLIENT_ID, null);
            admin.alterClientQuotas(
                            List.of(
                                    new ClientQuotaAlteration(
                                            new ClientQuotaEntity(everybody),
                                            List.of(
                                                    new ClientQuotaAlteration.Op(
                                                            "producer_byte_rate",
                                                            bytesPerSecond)))))
                    .all()
                    .get();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
