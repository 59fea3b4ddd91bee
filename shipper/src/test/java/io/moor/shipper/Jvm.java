package io.moor.shipper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM with this one's class path, quick to start: tests start many. */
public final class Jvm {

    private final List<String> command = new ArrayList<>();

    private Jvm(List<String> options, String mainClass) {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-Xlog:disable",
                        "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path",
                                System.getProperty("java.class.path"))));
        command.add(mainClass);
    }

    public static Jvm of(List<String> options, String mainClass) {
        return new Jvm(options, mainClass);
    }

    /** Run by another program, which replaces itself by this one. */
    public Jvm under(List<String> wrapper) {
        command.addAll(0, wrapper);
        return this;
    }

    public Jvm arguments(String... arguments) {
        command.addAll(List.of(arguments));
        return this;
    }

    /** Started by another program, which is given the whole command and becomes it. */
    public Jvm under(String... program) {
        command.addAll(0, List.of(program));
        return this;
    }

    /** Ends with its input, which this JVM holds open. */
    public Process start(Path output) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }
}
