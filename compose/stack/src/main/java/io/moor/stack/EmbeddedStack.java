package io.moor.stack;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Kafka, PostgreSQL and an S3 server, real ones, on loopback, with all their state in one
 * directory.
 *
 * <p>Kafka and the S3 server run in this JVM, PostgreSQL is its child. The state survives {@link
 * #close}, a kill of this JVM, of PostgreSQL, and of both; the next start on the same directory
 * goes on with it, on the same ports while they are free. Thread-safe.
 */
public final class EmbeddedStack implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedStack.class);

    private final StackDirectory directory;
    private final StackEndpoints endpoints;
    private final PostgresKeeper postgres;
    private final Deque<AutoCloseable> open;

    private EmbeddedStack(
            StackDirectory directory,
            StackEndpoints endpoints,
            PostgresKeeper postgres,
            Deque<AutoCloseable> open) {
        this.directory = directory;
        this.endpoints = endpoints;
        this.postgres = postgres;
        this.open = open;
    }

    /**
     * Starts the three servers and returns when all of them answer: some 10 s for a new directory,
     * 2 to 3 s later on.
     *
     * @throws StackException when the directory is in use or cannot be written, when a port that
     *     was asked for is taken, or when a server does not start; nothing is left running then
     */
    public static EmbeddedStack start(StackOptions options) {
        return start(options, locked -> {});
    }

    /** {@code onLocked} runs when the directory is ours, before anything else happens in it. */
    static EmbeddedStack start(StackOptions options, OnLocked onLocked) {
        StackDirectory directory = new StackDirectory(options.directory());
        Deque<AutoCloseable> open = new ArrayDeque<>();
        open.push(directory.lock());
        try {
            onLocked.run(directory);
            return start(options, directory, open);
        } catch (IOException e) {
            StackException failure =
                    new StackException(
                            "Cannot use the directory %s: %s"
                                    .formatted(directory.root(), StackException.oneLine(e)),
                            e);
            closeAll(open, failure);
            throw failure;
        } catch (RuntimeException e) {
            closeAll(open, e);
            throw e;
        }
    }

    /** How to reach the servers. */
    public StackEndpoints endpoints() {
        return endpoints;
    }

    /**
     * The PostgreSQL server that runs now; one that is killed is replaced by a new one on the same
     * port.
     */
    public PostgresServer postgres() {
        return postgres.server();
    }

    /**
     * Stops the servers in order, frees the directory, and returns when no process is left.
     * Idempotent.
     */
    @Override
    public void close() {
        synchronized (open) {
            if (!open.isEmpty()) {
                log.info("Stopping the stack: directory={}", directory.root());
                RuntimeException failure = closeAll(open, null);
                if (failure != null) {
                    throw failure;
                }
            }
        }
    }

    private static EmbeddedStack start(
            StackOptions options, StackDirectory directory, Deque<AutoCloseable> open)
            throws IOException {
        Files.deleteIfExists(directory.endpoints());
        PostgresProcesses.of(PostgresBinaries.locate(directory.root()), directory.postgres())
                .stopAll();
        StackPorts ports = StackPorts.choose(options, directory.ports());
        ports.remember(directory.ports());
        PostgresBinaries binaries = PostgresBinaries.in(directory.root());
        // Platform threads: the class initialisers of Kafka and S3Proxy pin the carriers of virtual
        // ones
        // while they wait for JDK locks, and on two cores the holder of a lock then never runs
        // again.
        try (ExecutorService starters =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("moor-stack-start-", 0).factory())) {
            Future<PostgresKeeper> postgres =
                    starters.submit(
                            opened(
                                    open,
                                    () ->
                                            new PostgresKeeper(() ->
                                                    startPostgres(binaries, directory, ports))));
            Future<KafkaBroker> kafka =
                    starters.submit(
                            opened(
                                    open,
                                    () ->
                                            KafkaBroker.start(
                                                    directory.kafka(),
                                                    ports.kafka(),
                                                    ports.controller())));
            Future<S3Server> s3 =
                    starters.submit(opened(open, () -> S3Server.start(directory, ports.s3())));
            await(kafka);
            StackEndpoints endpoints = endpoints(ports, await(postgres).server(), await(s3));
            StackDirectory.writeSecret(directory.endpoints(), endpoints.toEnvironment());
            synchronized (open) {
                open.push(() -> Files.deleteIfExists(directory.endpoints()));
            }
            EmbeddedStack stack = new EmbeddedStack(directory, endpoints, await(postgres), open);
            stack.closeWithJvm();
            return stack;
        }
    }

    /** PostgreSQL is a child, which would outlive a JVM that a signal ends. */
    private void closeWithJvm() {
        Thread hook = Thread.ofPlatform().name("moor-stack-close").unstarted(this::close);
        Runtime.getRuntime().addShutdownHook(hook);
        synchronized (open) {
            open.push(() -> forget(hook));
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The JVM ends already, and the hook finds nothing left to close.
        }
    }

    private static PostgresServer startPostgres(
            PostgresBinaries binaries, StackDirectory directory, StackPorts ports) {
        PostgresServer.init(binaries, directory.postgres());
        return PostgresServer.start(binaries, directory.postgres(), ports.postgres(), Map.of());
    }

    private static StackEndpoints endpoints(
            StackPorts ports, PostgresServer postgres, S3Server s3) {
        return new StackEndpoints(
                "127.0.0.1:" + ports.kafka(),
                postgres.jdbcUrl(),
                s3.endpoint(),
                s3.credentials().accessKey(),
                s3.credentials().secretKey());
    }

    /**
     * Whatever has started is on the list of what to stop, whatever becomes of the other servers.
     */
    private static <T extends AutoCloseable> Callable<T> opened(
            Deque<AutoCloseable> open, Callable<T> starter) {
        return () -> {
            T started = starter.call();
            synchronized (open) {
                open.push(started);
            }
            return started;
        };
    }

    private static <T> T await(Future<T> started) {
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException reason
                    ? reason
                    : new StackException(
                            "The stack did not start: " + StackException.oneLine(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("Interrupted while the stack started", e);
        }
    }

    /** An interrupt that ended the start must not end the cleaning up. */
    private static @Nullable RuntimeException closeAll(
            Deque<AutoCloseable> open, @Nullable RuntimeException first) {
        boolean interrupted = Thread.interrupted();
        try {
            return closeEach(open, first);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static @Nullable RuntimeException closeEach(
            Deque<AutoCloseable> open, @Nullable RuntimeException first) {
        RuntimeException failure = first;
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    if (failure == null) {
                        failure =
                                new StackException(
                                        "A part of the stack did not stop: "
                                                + StackException.oneLine(e),
                                        e);
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
        return failure;
    }

    /** What happens in a directory as soon as it is locked. */
    @FunctionalInterface
    interface OnLocked {
        void run(StackDirectory directory) throws IOException;
    }
}
