package io.moor.stack;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of our own: loopback only, no Unix socket, superuser {@code postgres} without
 * a password, every commit on the disk before it is confirmed.
 *
 * <p>The server is a child of this JVM, not a daemon, so inside a PID namespace it dies with the
 * namespace. After a kill of any kind the next start on the same data directory recovers. As root
 * it runs in a user namespace of its own, because PostgreSQL refuses to be root.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration INIT_LIMIT = Duration.ofMinutes(3);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rwx------");
    private static final Duration POLL = Duration.ofMillis(20);

    /**
     * The line of {@code postmaster.pid} that says {@code ready}; PostgreSQL's miscadmin.h,
     * LOCK_FILE_LINE_PM_STATUS.
     */
    private static final int STATUS_LINE = 7;

    private final Process process;
    private final Path data;
    private final int port;

    private PostgresServer(Process process, Path data, int port) {
        this.process = process;
        this.data = data;
        this.port = port;
    }

    /** Makes a data directory, whole or not at all. One that exists is left as it is. */
    public static void init(PostgresBinaries binaries, Path data) {
        if (Files.exists(data)) {
            return;
        }
        try {
            Path unfinished = data.resolveSibling(data.getFileName() + ".new");
            PostgresProcesses.of(binaries, unfinished).killAll();
            StackDirectory.deleteTree(unfinished);
            NotRoot user = userFor(binaries);
            Files.createDirectories(unfinished.resolveSibling(""));
            Files.createDirectory(unfinished, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            user.own(unfinished);
            List<String> command =
                    List.of(
                            binaries.initdb().toString(),
                            "--pgdata=" + unfinished,
                            "--username=postgres",
                            "--auth=trust",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--no-instructions");
            Process initdb = command(user, command).start();
            Output output = Output.follow(initdb);
            if (!initdb.waitFor(INIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    || initdb.exitValue() != 0) {
                initdb.destroyForcibly();
                throw new StackException(
                        "PostgreSQL could not make its data directory: " + output.reason());
            }
            StackDirectory.moveIntoPlace(unfinished, data);
        } catch (IOException e) {
            throw new StackException(
                    "PostgreSQL could not make its data directory: " + StackException.oneLine(e),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("Interrupted while PostgreSQL made its data directory", e);
        }
    }

    /**
     * Starts a server and returns when it answers. What a killed JVM left running on this data
     * directory is stopped first.
     *
     * @param port on 127.0.0.1
     * @param settings server settings such as {@code max_connections}; they win over the defaults
     *     of this class
     */
    public static PostgresServer start(
            PostgresBinaries binaries, Path data, int port, Map<String, String> settings) {
        PostgresProcesses leftovers = PostgresProcesses.of(binaries, data);
        leftovers.stopAll();
        leftovers.removeStalePidFile();
        try {
            NotRoot user = userFor(binaries);
            user.own(data);
            Process process = command(user, serverCommand(binaries, data, port, settings)).start();
            Output output = Output.follow(process);
            PostgresServer server = new PostgresServer(process, data, port);
            server.awaitReady(output);
            return server;
        } catch (IOException e) {
            throw new StackException("PostgreSQL did not start: " + StackException.oneLine(e), e);
        }
    }

    /** The {@code postgres} process itself, for whoever wants to watch it or kill it. */
    public Process process() {
        return process;
    }

    /** The database {@code postgres} as the superuser {@code postgres}. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(port);
    }

    /**
     * Ends sessions, writes a checkpoint and waits until the process is gone (a "fast" shutdown);
     * kills it after 20 s.
     */
    @Override
    public void close() {
        if (process.isAlive()) {
            Processes.signal(process.toHandle(), "INT");
            if (!waitFor(STOP_LIMIT)) {
                log.warn("PostgreSQL did not stop in time and is killed: pid={}", process.pid());
                process.destroyForcibly();
                waitFor(STOP_LIMIT);
            }
        }
    }

    private static List<String> serverCommand(
            PostgresBinaries binaries, Path data, int port, Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>();
        all.put("listen_addresses", "127.0.0.1");
        all.put("port", Integer.toString(port));
        all.put("unix_socket_directories", "");
        all.put("fsync", "on");
        all.put("synchronous_commit", "on");
        all.put("max_connections", "200");
        all.put("shared_buffers", "64MB");
        all.put("max_wal_size", "256MB");
        all.put("timezone", "UTC");
        all.put("log_timezone", "UTC");
        all.put("log_line_prefix", "");
        all.put("log_min_error_statement", "panic");
        all.putAll(settings);
        List<String> command =
                new ArrayList<>(List.of(binaries.postgres().toString(), "-D", data.toString()));
        all.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }

    private static ProcessBuilder command(NotRoot user, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(user.wrap(command));
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder.redirectErrorStream(true);
    }

    private static NotRoot userFor(PostgresBinaries binaries) throws IOException {
        NotRoot user = NotRoot.detect();
        if (user == NotRoot.NOBODY && !user.runs(binaries.postgres().toString(), "--version")) {
            throw new StackException(
                    ("PostgreSQL refuses to run as root, user namespaces are forbidden here, and"
                         + " the user nobody may not enter %s; run as an ordinary user or choose"
                         + " another directory")
                            .formatted(binaries.home()));
        }
        return user;
    }

    private void awaitReady(Output output) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (waitFor(POLL)) {
                throw new StackException("PostgreSQL did not start: " + output.reason());
            }
            if (System.nanoTime() > deadline) {
                close();
                throw new StackException(
                        "PostgreSQL was not ready within %d s".formatted(START_LIMIT.toSeconds()));
            }
        }
    }

    private boolean isReady() {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return lines.size() > STATUS_LINE
                    && lines.getFirst().equals(Long.toString(process.pid()))
                    && lines.get(STATUS_LINE).startsWith("ready");
        } catch (IOException e) {
            return false;
        }
    }

    private boolean waitFor(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new StackException("Interrupted while waiting for PostgreSQL", e);
        }
    }

    /**
     * What a program prints: into our log, and the last complaint kept as the reason of a failure.
     */
    private static final class Output {

        private static final Logger log = LoggerFactory.getLogger("postgres");

        private final Thread reader;
        private volatile @Nullable String complaint;
        private volatile String last = "it said nothing";

        private Output(Process process) {
            reader = Thread.ofVirtual().name("postgres-output").unstarted(() -> read(process));
        }

        static Output follow(Process process) {
            Output output = new Output(process);
            output.reader.start();
            return output;
        }

        /** The first complaint, once the program has ended. */
        String reason() {
            try {
                reader.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            String first = complaint;
            return first == null ? last : first;
        }

        private void read(Process process) {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    note(line.strip());
                }
            } catch (IOException | UncheckedIOException e) {
                log.debug("The output of PostgreSQL ended: {}", e.getMessage());
            }
        }

        private void note(String line) {
            if (line.isEmpty()) {
                return;
            }
            last = line;
            boolean serious =
                    line.startsWith("FATAL:")
                            || line.startsWith("PANIC:")
                            || line.contains(": error:");
            if (serious && complaint == null) {
                complaint = line;
            }
            if (line.startsWith("PANIC:")) {
                log.error("{}", line);
            } else if (line.matches("[A-Z]+: .*")) {
                log.info("{}", line);
            } else {
                log.debug("{}", line);
            }
        }
    }
}
