package io.moor.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How long it takes from the start of a program to its first line in the hands of a read_committed
 * consumer; its CPU and memory up to there. Arguments: ROW BOOTSTRAP TOPIC LOG COMMAND…
 */
public final class FirstLine {

    private static final Duration LONGEST = Duration.ofSeconds(90);

    private FirstLine() {}

    public static void main(String[] arguments) throws Exception {
        List<String> command = List.copyOf(Arrays.asList(arguments).subList(4, arguments.length));
        try (Broker topic = new Broker(arguments[1], arguments[2], true)) {
            topic.read(Duration.ofMillis(200), _ -> {});
            try (Child child = new Child(command, Path.of(arguments[3]))) {
                while (topic.read(Duration.ofSeconds(1), _ -> {}) == 0) {
                    child.requireAlive();
                    if (System.nanoTime() - child.startedNanos() > LONGEST.toNanos()) {
                        throw new IOException("no line came within " + LONGEST);
                    }
                }
                long wall = System.nanoTime() - child.startedNanos();
                new Figures(arguments[0])
                        .print("seconds", wall / 1e9)
                        .print("CPU seconds", child.cpuSeconds())
                        .print("peak RSS MiB", child.peakKib() / 1024.0);
            }
        }
    }
}
