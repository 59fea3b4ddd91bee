package io.moor.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * Appends lines to a file that a program ships, evenly, and prints how long each takes from its
 * write to a read_committed consumer, and what CPU the program takes in the same time. Writer and
 * reader share a clock. Arguments: ROW BOOTSTRAP TOPIC FILE LINES-PER-SECOND WARM-UP-SECONDS
 * SECONDS LOG COMMAND…
 */
public final class Latency {

    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    private static final Duration LATEST = Duration.ofSeconds(30);

    private final Broker topic;
    private final Child child;
    private final List<Long> nanos = new ArrayList<>();

    private Latency(Broker topic, Child child) {
        this.topic = topic;
        this.child = child;
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[3]);
        int perSecond = Integer.parseInt(arguments[4]);
        int warm = Integer.parseInt(arguments[5]) * perSecond;
        int lines = Integer.parseInt(arguments[6]) * perSecond;
        Files.writeString(file, "0\n");
        List<String> command = List.copyOf(Arrays.asList(arguments).subList(8, arguments.length));
        try (Broker topic = new Broker(arguments[1], arguments[2], true);
                Child child = new Child(command, Path.of(arguments[7]))) {
            Latency latency = new Latency(topic, child);
            latency.receive(1, LONGEST_START);
            latency.append(file, perSecond, warm);
            double before = child.cpuSeconds();
            long begin = System.nanoTime();
            latency.append(file, perSecond, lines);
            double share = (child.cpuSeconds() - before) / ((System.nanoTime() - begin) / 1e9);
            latency.print(new Figures(arguments[0]), share);
        }
    }

    /** What came last is what is measured. */
    private void append(Path file, int perSecond, int lines)
            throws IOException, InterruptedException {
        nanos.clear();
        try (var threads = Executors.newSingleThreadExecutor()) {
            var writer =
                    threads.submit(() -> {
                        write(file, perSecond, lines);
                        return null;
                    });
            receive(lines, Duration.ofSeconds(lines / perSecond).plus(LATEST));
            writer.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static void write(Path file, int perSecond, int lines)
            throws IOException, InterruptedException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
            long begin = System.nanoTime();
            for (int line = 0; line < lines; line++) {
                long wait = begin + line * 1_000_000_000L / perSecond - System.nanoTime();
                if (wait > 0) {
                    Thread.sleep(Duration.ofNanos(wait));
                }
                out.write(ByteBuffer.wrap((System.nanoTime() + "\n").getBytes(UTF_8)));
            }
        }
    }

    private void receive(int lines, Duration most) throws IOException {
        long end = System.nanoTime() + most.toNanos();
        while (nanos.size() < lines) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("only " + nanos.size() + " of " + lines + " lines came");
            }
            child.requireAlive();
            topic.read(
                    Duration.ofMillis(500),
                    each ->
                            nanos.add(
                                    System.nanoTime()
                                            - Long.parseLong(new String(each.value(), UTF_8))));
        }
        if (nanos.size() > lines) {
            throw new IOException(nanos.size() + " lines came of " + lines);
        }
    }

    private void print(Figures figures, double share) {
        List<Long> sorted = nanos.stream().sorted().toList();
        figures.print("p50 ms", at(sorted, 0.5))
                .print("p99 ms", at(sorted, 0.99))
                .print("largest ms", at(sorted, 1))
                .print("% of a core", 100 * share)
                .print("peak RSS MiB", child.peakKib() / 1024.0);
    }

    private static double at(List<Long> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.round(sorted.size() * share)))
                / 1e6;
    }
}
