package io.moor.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a program that brings lines to a topic, and prints its wall time from its start, its CPU
 * time, and its peak memory. Arguments: ROW BOOTSTRAP TOPIC UNITS BYTES END LOG COMMAND… with
 * {@code END} saying when it is done: {@code exit}, when it ends by itself, or {@code lines}, when
 * the topic holds so many records (it is stopped then, and the time of that does not count).
 */
public final class Backlog {

    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration LOOK = Duration.ofMillis(20);

    private Backlog() {}

    public static void main(String[] arguments) throws Exception {
        Figures figures = new Figures(arguments[0]);
        long lines = Long.parseLong(arguments[3]);
        double bytes = Double.parseDouble(arguments[4]);
        List<String> command = List.copyOf(Arrays.asList(arguments).subList(7, arguments.length));
        // Connected before the clock starts.
        try (Broker topic = new Broker(arguments[1], arguments[2], false)) {
            topic.end();
            long wall;
            double cpu;
            long peak;
            try (Child child = new Child(command, Path.of(arguments[6]))) {
                if (arguments[5].equals("exit")) {
                    child.awaitSuccess(LONGEST);
                    wall = System.nanoTime() - child.startedNanos();
                    cpu = Child.cpuSecondsOfEnded();
                } else {
                    awaitLines(topic, lines, child);
                    wall = System.nanoTime() - child.startedNanos();
                    cpu = child.cpuSeconds();
                }
                peak = child.peakKib();
            }
            double seconds = wall / 1e9;
            figures.print("klines/s", lines / seconds / 1e3)
                    .print("MB/s", bytes / seconds / 1e6)
                    .print("us CPU/line", cpu * 1e6 / lines)
                    .print("peak RSS MiB", peak / 1024.0)
                    .print("seconds", seconds);
        }
    }

    private static void awaitLines(Broker topic, long lines, Child child)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (topic.end() < lines) {
            child.requireAlive();
            if (System.nanoTime() - end > 0) {
                throw new IOException("only " + topic.end() + " of " + lines + " lines came");
            }
            Thread.sleep(LOOK);
        }
    }
}
