package io.moor.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Writes to files that a program ships, line by line, and renames them now and then as applications
 * do; prints what CPU the program takes for a line, from the first to the last one, its start left
 * out. Every line is looked for. Arguments: ROW BOOTSTRAP TOPIC DIRECTORY FILES BYTES-PER-SECOND
 * SECONDS SECONDS-UNTIL-A-RENAME LOG COMMAND…
 */
public final class Rotation {

    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    private static final Duration QUIET = Duration.ofSeconds(30);

    private Rotation() {}

    public static void main(String[] arguments) throws Exception {
        int files = Integer.parseInt(arguments[4]);
        double linesPerSecond = Double.parseDouble(arguments[5]) / LogLines.LINE_BYTES;
        int seconds = Integer.parseInt(arguments[6]);
        long lines = Math.round(linesPerSecond * seconds / files) * files;
        long linesOfAFile =
                Math.max(1, Math.round(linesPerSecond / files * Integer.parseInt(arguments[7])));
        List<String> command = List.copyOf(Arrays.asList(arguments).subList(9, arguments.length));
        Arrivals arrivals = new Arrivals(files);
        try (RotatingFiles writer = new RotatingFiles(Path.of(arguments[3]), files, linesOfAFile);
                Broker topic = new Broker(arguments[1], arguments[2], true)) {
            writer.write(files, linesPerSecond);
            try (Child child = new Child(command, Path.of(arguments[8]))) {
                receive(topic, arrivals, files, LONGEST_START);
                double before = child.cpuSeconds();
                double took = writer.write(lines, linesPerSecond);
                receive(topic, arrivals, files + lines, QUIET);
                child.requireAlive();
                double cpu = child.cpuSeconds() - before;
                new Figures(arguments[0])
                        .print("us CPU/line", cpu * 1e6 / Math.max(1, arrivals.different() - files))
                        .print("MB/s written", lines * LogLines.LINE_BYTES / took / 1e6)
                        .print("lost", (double) (files + lines - arrivals.different()))
                        .print("doubled", (double) arrivals.doubled())
                        .print("reordered", (double) arrivals.reordered())
                        .print("peak RSS MiB", child.peakKib() / 1024.0);
            }
        }
    }

    private static void receive(Broker topic, Arrivals arrivals, long lines, Duration quiet) {
        long last = System.nanoTime();
        while (arrivals.different() < lines && System.nanoTime() - last < quiet.toNanos()) {
            if (topic.read(Duration.ofMillis(500), each -> arrivals.add(each.value())) > 0) {
                last = System.nanoTime();
            }
        }
    }
}
