package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Real journals, written and read by systemd's own programs, against a real Kafka. */
@ExtendWith(EmbeddedStackExtension.class)
class JournalIT {

    private static final Logger LOG = LoggerFactory.getLogger(JournalIT.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "-/-/host/journal/-";

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;
    private Path journal;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        assumeTrue(JournalWriter.isInstalled(), "systemd-journal-remote is not installed");
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
        journal = Files.createDirectories(work.resolve("journal"));
    }

    @Test
    void shipsEveryFieldOnceAndGoesOnAtTheCursor() throws Exception {
        String large = "large ".repeat(500_000);
        byte[] binary = {'t', 'w', 'o', '\n', (byte) 0xff, 0};
        try (JournalWriter writer = writer("a.journal")) {
            writer.write("plain \"quoted\" \u001b[1m 줄");
            writer.write("two\nlines");
            writer.write('a', "other.service", "not wanted".getBytes(UTF_8));
            writer.write('a', "app.service", binary);
            writer.write(large);
        }
        toTheEnd("6 lines", "--journal-match", "_SYSTEMD_UNIT=app.service");
        try (JournalWriter writer = writer("a.journal").after(5)) {
            writer.write("later");
        }
        toTheEnd("7 lines", "--journal-match", "_SYSTEMD_UNIT=app.service");
        toTheEnd("7 lines", "--journal-match", "_SYSTEMD_UNIT=app.service");

        List<ShippingRig.Line> lines = rig.lines();
        assertThat(lines).extracting(ShippingRig.Line::key).containsOnly(KEY);
        // The large one is longer than --max-line: pieces, which are put together here.
        StringBuilder text = new StringBuilder();
        lines.forEach(
                line -> text.append(line.value()).append(line.value().endsWith("}") ? "\n" : ""));
        List<JsonNode> entries = new ArrayList<>();
        for (String line : text.toString().split("\n")) {
            entries.add(JSON.readTree(line));
        }
        assertThat(entries.get(0).path("MESSAGE").asText())
                .isEqualTo("plain \"quoted\" \u001b[1m 줄");
        assertThat(entries.get(1).path("MESSAGE").asText()).isEqualTo("two\nlines");
        assertThat(entries.get(2).path("MESSAGE").toString()).isEqualTo("[116,119,111,10,255,0]");
        assertThat(entries.get(3).path("MESSAGE").asText()).isEqualTo(large);
        assertThat(entries.get(4).path("MESSAGE").asText()).isEqualTo("later");
        assertThat(entries).hasSize(5);
        assertThat(entries.get(0).path("TAG").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(entries.get(0).path("_BOOT_ID").asText()).isEqualTo("a".repeat(32));
        assertThat(verdict()).matches(StreamVerdict::holds).returns(true, StreamVerdict::sealed);
    }

    @Test
    void followsFromTheFirstBootAndDrainsToTheEndOfTheJournal() throws Exception {
        try (JournalWriter writer = writer("a.journal")) {
            writer.write('a', "app.service", "before the boot".getBytes(UTF_8));
            writer.write('b', "app.service", "after it".getBytes(UTF_8));
            try (ShipProcess shipper = start()) {
                rig.awaitVerified(2);
                writer.write('b', "app.service", "while it is followed".getBytes(UTF_8));
                rig.awaitVerified(3);
                for (int i = 0; i < 200; i++) {
                    writer.write('b', "app.service", ("last " + i).getBytes(UTF_8));
                }
                awaitJournal(203);
                shipper.signal("TERM");
                assertThat(shipper.exitCode()).as(shipper.output()).isZero();
            }
        }

        assertThat(messages()).hasSize(203).startsWith("before the boot", "after it");
        assertThat(messages()).endsWith("last 199");
        assertThat(verdict().sealed()).isTrue();
    }

    @Test
    void losesAndDoublesNothingWhenItIsKilled() throws Exception {
        kills(3);
    }

    @Test
    @Tag("torture")
    void losesAndDoublesNothingWhenItIsKilledOften() throws Exception {
        kills(25);
    }

    private void kills(int many) throws Exception {
        long seed = Long.getLong("moor.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("seed", seed).log("kills of a reader of the journal");
        Random random = new Random(seed);
        long lines = 0;
        try (JournalWriter writer = writer("a.journal");
                Endless endless = new Endless(writer, seed)) {
            for (int run = 0; run < many; run++) {
                // Pieces of lines are shipped before the lines have ended.
                try (ShipProcess shipper = start("--spool-max", "1MiB", "--max-line", "700")) {
                    rig.awaitVerified(lines + 1);
                    Thread.sleep(random.nextInt(1_000));
                    shipper.kill();
                    lines = verdict().lines();
                }
            }
            assertThat(endless.count()).isPositive();
        }
        toTheEnd("everything is shipped and sealed", "--max-line", "700");

        assertThat(verdict()).matches(StreamVerdict::holds).returns(true, StreamVerdict::sealed);
        StringBuilder all = new StringBuilder();
        for (ShippingRig.Line line : rig.lines()) {
            assertThat(line.flags()).doesNotContain("partial");
            // The next one's cursor begins a line.
            all.append(line.value().startsWith("{\"__CURSOR\"") ? "\n" : "").append(line.value());
        }
        List<String> shipped = new ArrayList<>();
        for (String line : all.substring(1).split("\n")) {
            shipped.add(JSON.readTree(line).path("__CURSOR").asText());
        }
        assertThat(shipped).as("seed %d", seed).isEqualTo(cursors());
    }

    @Test
    void saysWhatWasRemovedFromTheJournalBeforeItWasRead() throws Exception {
        try (JournalWriter writer = writer("a.journal")) {
            writer.write("1");
        }
        toTheEnd("1 lines");
        Files.delete(journal.resolve("a.journal"));
        try (JournalWriter writer = writer("b.journal").after(10)) {
            writer.write("11");
        }
        String said = toTheEnd("2 lines");

        assertThat(said).contains("is not in the journal any more", "lostAtMost=\"unknown\"");
        assertThat(messages()).containsExactly("1", "11");
        assertThat(toTheEnd("2 lines")).doesNotContain("WARN");
    }

    @Test
    void saysThatThereIsNoJournal() throws Exception {
        try (ShipProcess shipper =
                ShipProcess.start(
                        List.of("env", "PATH=/nowhere"),
                        List.of(),
                        work.resolve("ship.out"),
                        arguments())) {
            assertThat(shipper.exitCode()).isEqualTo(1);
            assertThat(shipper.output()).contains("the program journalctl of systemd is needed");
        }
        journal = work.resolve("nothing");
        try (ShipProcess shipper = start()) {
            assertThat(shipper.exitCode()).isEqualTo(1);
            assertThat(shipper.output()).contains("the journal cannot be read", "No such file");
        }
    }

    private JournalWriter writer(String name) throws IOException {
        return JournalWriter.to(journal.resolve(name));
    }

    private String toTheEnd(String saying, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("--until-eof");
        try (ShipProcess shipper = start(options.toArray(String[]::new))) {
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
            assertThat(shipper.output()).contains(saying);
            return shipper.output();
        }
    }

    private ShipProcess start(String... more) throws IOException {
        Path output = work.resolve("ship.out");
        Files.deleteIfExists(output);
        return ShipProcess.start(List.of(), output, arguments(more));
    }

    private String[] arguments(String... more) {
        List<String> arguments = new ArrayList<>(List.of("ship", "--kafka", kafka));
        arguments.addAll(List.of("--topic", rig.topic));
        arguments.addAll(List.of("--state", work.resolve("state").toString()));
        arguments.addAll(List.of("--instance", "host", "--origin", rig.origin.id()));
        arguments.addAll(List.of("--input", "journal", "--journal-directory", journal.toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private List<String> messages() throws IOException {
        List<String> messages = new ArrayList<>();
        for (ShippingRig.Line line : rig.lines()) {
            messages.add(JSON.readTree(line.value()).path("MESSAGE").asText());
        }
        return messages;
    }

    private void awaitJournal(int entries) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> cursors().size() == entries);
    }

    /** What journalctl itself tells. */
    private List<String> cursors() throws Exception {
        Process process =
                new ProcessBuilder(
                                "journalctl",
                                "--quiet",
                                "--directory=" + journal,
                                "--output=json",
                                "--output-fields=PRIORITY",
                                "--no-pager")
                        .redirectErrorStream(true)
                        .start();
        List<String> cursors = new ArrayList<>();
        for (String line : new String(process.getInputStream().readAllBytes(), UTF_8).split("\n")) {
            if (!line.isEmpty()) {
                cursors.add(JSON.readTree(line).path("__CURSOR").asText());
            }
        }
        process.waitFor();
        return cursors;
    }

    private StreamVerdict verdict() throws ShipperException {
        return rig.verify().streams().stream()
                .filter(stream -> stream.stream().equals(KEY))
                .findFirst()
                .orElseThrow();
    }

    /** Entries of all lengths without a pause to speak of. */
    private static final class Endless implements AutoCloseable {

        private final Thread thread;
        private volatile boolean over;
        private final AtomicInteger count = new AtomicInteger();

        Endless(JournalWriter writer, long seed) {
            Random random = new Random(seed);
            thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    while (!over) {
                                        int length = 1 << random.nextInt(17);
                                        writer.write(count.get() + " " + "z".repeat(length));
                                        count.incrementAndGet();
                                        TimeUnit.MILLISECONDS.sleep(2);
                                    }
                                } catch (IOException | InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
        }

        int count() {
            return count.get();
        }

        @Override
        public void close() {
            over = true;
            while (thread.isAlive()) {
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
        }
    }
}
