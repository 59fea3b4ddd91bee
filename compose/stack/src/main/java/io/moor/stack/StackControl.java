package io.moor.stack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A stack in a process of its own, seen from another one: starts it in the background, looks at it,
 * stops it, kills it. What {@code moor stack} does; also for demos and for tests in which Kafka
 * dies. Stateless: any process may control the stack of a directory, whoever started it.
 */
public final class StackControl {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    private final StackDirectory directory;

    private StackControl(StackDirectory directory) {
        this.directory = directory;
    }

    /** The stack of this directory, which need not exist yet. */
    public static StackControl of(Path directory) {
        return new StackControl(new StackDirectory(directory.toAbsolutePath().normalize()));
    }

    /**
     * {@link #start(StackOptions, Consumer)} on the ports of the last start, or free ones, in
     * silence.
     */
    public StackEndpoints start() {
        return start(StackOptions.in(directory.root()), waited -> {});
    }

    /**
     * Starts the stack in the background and returns when it is ready; it outlives this process.
     * One that runs already is left as it is.
     *
     * @param progress told now and then how long the start has taken
     * @throws StackException with the reason when it does not start; nothing is left running then
     */
    public StackEndpoints start(StackOptions options, Consumer<Duration> progress) {
        try {
            return await(options, progress);
        } catch (IOException e) {
            throw new StackException(
                    "Cannot start a stack in %s: %s"
                            .formatted(directory.root(), StackException.oneLine(e)),
                    e);
        }
    }

    /** Looks whether the background process lives and its servers answer. */
    public StackStatus status() {
        Optional<ProcessHandle> process = process();
        if (process.isEmpty()) {
            return new StackStatus(StackStatus.State.STOPPED, 0, null, null);
        }
        long pid = process.get().pid();
        StackEndpoints endpoints = endpoints();
        if (endpoints == null) {
            return new StackStatus(
                    StackStatus.State.STARTING, pid, null, "It is starting or stopping");
        }
        String silent = silent(endpoints);
        return silent == null
                ? new StackStatus(StackStatus.State.RUNNING, pid, endpoints, null)
                : new StackStatus(
                        StackStatus.State.STARTING, pid, endpoints, silent + " does not answer");
    }

    /**
     * Stops the stack and whatever a killed one left running, and returns when every process of it
     * is gone. Idempotent.
     *
     * @return whether there was anything to stop
     * @throws StackException when the directory is in use by a stack inside another program
     */
    public boolean stop() {
        Optional<ProcessHandle> process = process();
        process.ifPresent(StackControl::end);
        return cleanUp() || process.isPresent();
    }

    /**
     * SIGKILL to the background process and to PostgreSQL, as a crash of the machine would do. Its
     * data stays.
     */
    public void kill() {
        process().ifPresent(process -> killAndWait(process));
        postgres().killAll();
    }

    /**
     * SIGKILL to the background process only (Kafka and S3); its PostgreSQL stays behind, like
     * after a real crash.
     */
    public void killServer() {
        process().ifPresent(process -> killAndWait(process));
    }

    private Optional<ProcessHandle> process() {
        try {
            return ProcessIdentity.read(directory.process()).flatMap(ProcessIdentity::alive);
        } catch (IOException e) {
            throw new StackException(
                    "Cannot look into %s: %s"
                            .formatted(directory.root(), StackException.oneLine(e)),
                    e);
        }
    }

    private @Nullable StackEndpoints endpoints() {
        try {
            return Files.exists(directory.endpoints())
                    ? StackEndpoints.fromEnvironment(StackDirectory.read(directory.endpoints()))
                    : null;
        } catch (IOException e) {
            throw new StackException(
                    "Cannot read %s: %s"
                            .formatted(directory.endpoints(), StackException.oneLine(e)),
                    e);
        }
    }

    private PostgresProcesses postgres() {
        return PostgresProcesses.of(
                PostgresBinaries.locate(directory.root()), directory.postgres());
    }

    /** Waits for whichever background process is there, and launches one when there is none. */
    private StackEndpoints await(StackOptions options, Consumer<Duration> progress)
            throws IOException {
        Path output = directory.root().resolve("stack.out");
        long begin = System.nanoTime();
        Process launched = null;
        while (true) {
            StackStatus status = status();
            if (status.state() == StackStatus.State.RUNNING && status.endpoints() != null) {
                return requirePorts(options, status.endpoints());
            }
            if (status.state() == StackStatus.State.STOPPED) {
                launched = launchedOrFailed(launched, options, output);
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - begin);
            if (waited.compareTo(START_LIMIT) > 0) {
                stop();
                throw new StackException(
                        "The stack was not ready within %d s; %s has its log"
                                .formatted(START_LIMIT.toSeconds(), directory.log()));
            }
            progress.accept(waited);
            var _ = Processes.awaitEnd(watched(status, launched), POLL);
        }
    }

    private Process launchedOrFailed(@Nullable Process launched, StackOptions options, Path output)
            throws IOException {
        if (launched == null) {
            directory.create();
            return BackgroundJvm.launch(options, output);
        }
        if (!launched.isAlive()) {
            throw new StackException(BackgroundJvm.reason(output));
        }
        return launched;
    }

    private static List<ProcessHandle> watched(StackStatus status, @Nullable Process launched) {
        return launched == null
                ? ProcessHandle.of(status.pid()).stream().toList()
                : List.of(launched.toHandle());
    }

    private StackEndpoints requirePorts(StackOptions options, StackEndpoints running) {
        requirePort(
                "--kafka-port",
                options.kafkaPort(),
                portOf(URI.create("kafka://" + running.kafka())));
        requirePort(
                "--postgres-port",
                options.postgresPort(),
                portOf(URI.create(running.jdbcUrl().substring("jdbc:".length()))));
        requirePort("--s3-port", options.s3Port(), portOf(running.s3Endpoint()));
        return running;
    }

    private void requirePort(String option, int wanted, int actual) {
        if (wanted != 0 && wanted != actual) {
            throw new StackException(
                    "The stack in %s is running with port %d, not %d (%s); stop it first"
                            .formatted(directory.root(), actual, wanted, option));
        }
    }

    /** With the lock in hand nobody else is starting here. */
    private boolean cleanUp() {
        if (!Files.isDirectory(directory.root())) {
            return false;
        }
        try (var _ = directory.lock()) {
            boolean left = !postgres().find().isEmpty();
            postgres().stopAll();
            Files.deleteIfExists(directory.endpoints());
            Files.deleteIfExists(directory.process());
            return left;
        } catch (IOException e) {
            throw new StackException(
                    "Cannot clean up %s: %s".formatted(directory.root(), StackException.oneLine(e)),
                    e);
        }
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        if (!Processes.awaitEnd(List.of(process), STOP_LIMIT)) {
            killAndWait(process);
        }
    }

    private static void killAndWait(ProcessHandle process) {
        process.destroyForcibly();
        if (!Processes.awaitEnd(List.of(process), STOP_LIMIT)) {
            throw new StackException(
                    "The process %d does not end, even when killed".formatted(process.pid()));
        }
    }

    /** The first server that does not accept a connection. */
    private static @Nullable String silent(StackEndpoints endpoints) {
        List<String> silent = new ArrayList<>();
        probe("Kafka", URI.create("kafka://" + endpoints.kafka()), silent);
        probe("PostgreSQL", URI.create(endpoints.jdbcUrl().substring("jdbc:".length())), silent);
        probe("S3", endpoints.s3Endpoint(), silent);
        return silent.isEmpty() ? null : silent.getFirst();
    }

    private static void probe(String name, URI address, List<String> silent) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.getHost(), portOf(address)),
                    (int) CONNECT_LIMIT.toMillis());
        } catch (IOException e) {
            silent.add(name);
        }
    }

    private static int portOf(URI address) {
        return address.getPort();
    }
}
