package io.moor.shipper;

import io.moor.shipper.ShipperConfig.Sink;

import org.awaitility.Awaitility;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code moor ship} as a process of its own, to be killed. */
final class ShipProcess implements AutoCloseable {

    private final Process process;
    private final Path output;

    private ShipProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static ShipProcess start(List<String> jvm, Path output, String... arguments)
            throws IOException {
        return start(Sinks.chosen(), List.of(), jvm, output, arguments);
    }

    /**
     * @param wrapper a program that replaces itself by the shipper, and its arguments
     */
    static ShipProcess start(
            List<String> wrapper, List<String> jvm, Path output, String... arguments)
            throws IOException {
        return start(Sinks.chosen(), wrapper, jvm, output, arguments);
    }

    /** The same with a sink. */
    static ShipProcess start(Sink sink, List<String> jvm, Path output, String... arguments)
            throws IOException {
        return start(sink, List.of(), jvm, output, arguments);
    }

    private static ShipProcess start(
            Sink sink, List<String> wrapper, List<String> jvm, Path output, String... arguments)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        // After the name of the command.
        all.addAll(1, List.of("--sink", sink.name().toLowerCase(Locale.ROOT)));
        List<String> options = new ArrayList<>(List.of("-Xmx192m"));
        options.addAll(jvm);
        Process process =
                Jvm.of(options, "io.moor.shipper.cli.ShipperMain")
                        .under(wrapper)
                        .arguments(all.toArray(String[]::new))
                        .start(output);
        return new ShipProcess(process, output);
    }

    /** What it reads as its standard input. */
    OutputStream input() {
        return process.getOutputStream();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** A signal by name. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    }

    /** Holds its state: the handlers of signals, which come before it, are there. */
    void awaitState(Path state) {
        Path open = Path.of("/proc", String.valueOf(process.pid()), "fd");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    try (Stream<Path> all = Files.list(open)) {
                        return !isAlive() || all.anyMatch(fd -> target(fd).startsWith(state));
                    }
                });
    }

    private static Path target(Path fd) {
        try {
            return Files.readSymbolicLink(fd);
        } catch (IOException e) {
            // Closed meanwhile.
            return fd;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() throws InterruptedException, IOException {
        return exitCode(Duration.ofSeconds(60));
    }

    int exitCode(Duration limit) throws InterruptedException, IOException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running: " + output());
        }
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
