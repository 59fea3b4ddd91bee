package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code app | moor ship -} as a process of its own, against a real Kafka. */
@ExtendWith(EmbeddedStackExtension.class)
class StandardInputIT {

    private static final Logger LOG = LoggerFactory.getLogger(StandardInputIT.class);
    private static final String KEY = "-/-/host/stdin/-";

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
    }

    @Test
    void shipsToTheEndOfItsInputAndGoesOnInTheNextRun() throws Exception {
        ship("a\nb\nno end", "everything is shipped and sealed: 1 streams, 3 lines");
        assertThat(verdict()).returns(true, StreamVerdict::sealed);
        ship("", "standard input was empty", "1 streams, 3 lines");
        ship("d\n", "1 streams, 4 lines");

        assertThat(rig.lines())
                .extracting(ShippingRig.Line::key, ShippingRig.Line::value, ShippingRig.Line::flags)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(KEY, "a", ""),
                        org.assertj.core.groups.Tuple.tuple(KEY, "b", ""),
                        org.assertj.core.groups.Tuple.tuple(KEY, "no end", "partial"),
                        org.assertj.core.groups.Tuple.tuple(KEY, "d", ""));
        assertThat(verdict())
                .returns(true, StreamVerdict::holds)
                .returns(true, StreamVerdict::sealed);
        assertThat(spooled()).as("what is shipped is removed").isEmpty();
    }

    @Test
    void keepsLinesAndCharactersWholeInWhateverFilesTheyAreSpooled() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            lines.add("줄 " + i + " ąč");
        }
        try (ShipProcess shipper = start("--encoding", "UTF-16", "--spool-max", "1MiB")) {
            try (OutputStream in = shipper.input()) {
                // With a byte order mark; more than two files of the spool.
                in.write(
                        (String.join("\n", lines) + "\n")
                                .getBytes(Charset.forName("x-UTF-16LE-BOM")));
            }
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
        }

        assertThat(verdict())
                .returns((long) lines.size(), StreamVerdict::lines)
                .returns(0L, StreamVerdict::missing)
                .returns(0L, StreamVerdict::doubled);
        assertThat(utf16Values()).isEqualTo(lines);
        assertThat(rig.lines()).extracting(ShippingRig.Line::flags).containsOnly("");
    }

    @Test
    void shipsWhatIsInThePipeWhenItIsTerminated() throws Exception {
        try (ShipProcess shipper = start()) {
            shipper.input().write("1\n2\n".getBytes(UTF_8));
            shipper.input().flush();
            rig.awaitVerified(2);
            shipper.signal("TERM");
            shipper.input().write("3\nopen".getBytes(UTF_8));
            shipper.input().flush();
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
        }

        assertThat(values()).containsExactly("1", "2", "3", "open");
        assertThat(verdict().sealed()).isTrue();
    }

    @Test
    void saysThatItsInputHadNoEndWhenTheTimeOfADrainIsUp() throws Exception {
        try (ShipProcess shipper = start("--drain-timeout", "4s");
                Writer writer = new Writer(shipper.input(), 0)) {
            rig.awaitVerified(1);
            shipper.signal("TERM");
            assertThat(shipper.exitCode()).as(shipper.output()).isEqualTo(3);
            assertThat(writer.lines()).isPositive();
        }

        assertThat(numbersOf(0)).isEqualTo(upTo(numbersOf(0).size()));
    }

    @Test
    void aSecondOneOnTheSameStateDirectoryRefuses() throws Exception {
        try (ShipProcess first = start()) {
            first.input().write("1\n".getBytes(UTF_8));
            first.input().flush();
            rig.awaitVerified(1);
            try (ShipProcess second =
                    ShipProcess.start(List.of(), work.resolve("second.out"), arguments())) {
                second.input().write("2\n".getBytes(UTF_8));
                second.input().close();
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.output()).contains("another shipper uses the state directory");
            }
            first.input().close();
            assertThat(first.exitCode()).as(first.output()).isZero();
        }
        assertThat(values()).containsExactly("1");
    }

    @Test
    void losesNothingThatIsInItsSpoolWhenItIsKilled() throws Exception {
        kills(3);
    }

    @Test
    @Tag("torture")
    void losesNothingThatIsInItsSpoolWhenItIsKilledOften() throws Exception {
        kills(25);
    }

    private void kills(int many) throws Exception {
        long seed = Long.getLong("moor.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("seed", seed).log("kills of a reader of standard input");
        Random random = new Random(seed);
        List<Integer> spooled = new ArrayList<>();
        for (int run = 0; run < many; run++) {
            try (ShipProcess shipper = start("--spool-max", "1MiB");
                    Writer _ = new Writer(shipper.input(), run)) {
                String mine = run + ":";
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> inSpool().stream().anyMatch(line -> line.startsWith(mine)));
                Thread.sleep(random.nextInt(1_200));
                shipper.kill();
                List<String> left = inSpool();
                spooled.add(
                        left.reversed().stream()
                                .filter(line -> line.startsWith(mine) && line.endsWith("."))
                                .map(StandardInputIT::number)
                                .findFirst()
                                .orElse(-1));
            }
        }
        ship("", "everything is shipped and sealed");

        assertThat(verdict())
                .returns(true, StreamVerdict::holds)
                .returns(true, StreamVerdict::sealed);
        for (int run = 0; run < many; run++) {
            List<Integer> numbers = numbersOf(run);
            assertThat(numbers).as("run %d, seed %d", run, seed).isEqualTo(upTo(numbers.size()));
            assertThat(numbers).as("run %d", run).hasSizeGreaterThan(spooled.get(run));
        }
    }

    /** Whole lines of a run in the topic, by their numbers; a line that a kill tore is partial. */
    private List<Integer> numbersOf(int run) {
        return rig.lines().stream()
                .filter(line -> line.key().equals(KEY))
                .filter(line -> !line.flags().contains("partial"))
                .map(ShippingRig.Line::value)
                .filter(line -> line.startsWith(run + ":"))
                .map(StandardInputIT::number)
                .toList();
    }

    private static List<Integer> upTo(int end) {
        return java.util.stream.IntStream.range(0, end).boxed().toList();
    }

    private static int number(String line) {
        return Integer.parseInt(line.split(":")[1]);
    }

    /** What the files of the spool hold, oldest first, the beginning of a line at the end too. */
    private List<String> inSpool() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : spooled()) {
            try {
                lines.addAll(List.of(Files.readString(file).split("(?<=\n)")));
            } catch (java.nio.file.NoSuchFileException renamedOrShipped) {
                // Its lines are elsewhere.
            }
        }
        return lines.stream().map(line -> line.endsWith("\n") ? line.strip() : "torn").toList();
    }

    private List<Path> spooled() throws IOException {
        Path spool = work.resolve("state/spool");
        if (!Files.exists(spool)) {
            return List.of();
        }
        try (var files = Files.walk(spool)) {
            return files.filter(Files::isRegularFile)
                    // The one that is written has the shortest name.
                    .sorted(
                            Comparator.comparing((Path file) -> file.toString().endsWith(".log"))
                                    .thenComparing(Path::toString))
                    .toList();
        } catch (java.io.UncheckedIOException changedMeanwhile) {
            return List.of();
        }
    }

    private void ship(String input, String... saying) throws Exception {
        try (ShipProcess shipper = start()) {
            shipper.input().write(input.getBytes(UTF_8));
            shipper.input().close();
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
            assertThat(shipper.output()).contains(saying).doesNotContain("WARN");
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
        arguments.addAll(List.of(more));
        arguments.add("-");
        return arguments.toArray(String[]::new);
    }

    private List<String> values() {
        return rig.lines().stream().map(ShippingRig.Line::value).toList();
    }

    private StreamVerdict verdict() throws ShipperException {
        return rig.verify().streams().stream()
                .filter(stream -> stream.stream().equals(KEY))
                .findFirst()
                .orElseThrow();
    }

    /** The rig reads values as UTF-8, which these are not. */
    private List<String> utf16Values() throws Exception {
        return RawValues.of(kafka, rig.topic).stream()
                .map(value -> new String(value, java.nio.charset.StandardCharsets.UTF_16LE))
                .toList();
    }

    /** Numbered lines without a pause to speak of, until its reader is gone. */
    private static final class Writer implements AutoCloseable {

        private final Thread thread;
        private final AtomicInteger lines = new AtomicInteger();

        Writer(OutputStream out, int run) {
            thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    while (true) {
                                        int next = lines.getAndIncrement();
                                        String line =
                                                run + ":" + next + ":" + "x".repeat(90) + ".\n";
                                        out.write(line.getBytes(UTF_8));
                                        if (next % 100 == 0) {
                                            out.flush();
                                            TimeUnit.MILLISECONDS.sleep(4);
                                        }
                                    }
                                } catch (IOException | InterruptedException readerIsGone) {
                                    // As it was meant.
                                }
                            });
        }

        int lines() {
            return lines.get();
        }

        @Override
        public void close() {
            thread.interrupt();
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
