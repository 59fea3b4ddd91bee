package io.moor.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM like this one in a session of its own, so that neither Ctrl-C nor a closed terminal reaches
 * it.
 */
final class BackgroundJvm {

    /**
     * Small: one broker and one S3 server. The first compiler is enough and keeps code and profiles
     * small.
     */
    private static final List<String> OPTIONS =
            List.of(
                    "-Xmx256m",
                    "-Xss512k",
                    "-XX:+UseSerialGC",
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private BackgroundJvm() {}

    static Process launch(StackOptions options, Path output) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", java()));
        command.addAll(OPTIONS);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path", ""),
                        StackServer.class.getName(),
                        options.directory().toString(),
                        Integer.toString(options.kafkaPort()),
                        Integer.toString(options.postgresPort()),
                        Integer.toString(options.s3Port())));
        File file = output.toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(new File("/"))
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(file)
                        .redirectErrorStream(true);
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "1");
        return builder.start();
    }

    /** Why it ended: the last line that it wrote. */
    static String reason(Path output) throws IOException {
        List<String> lines =
                Files.readAllLines(output).stream().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "The stack ended without a word; see " + output : lines.getLast();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
