package io.moor.stack;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Keeps a PostgreSQL server running: one that ends by itself (killed, out of memory) is started
 * again on the same data and port, as a service manager would do. Thread-safe.
 */
final class PostgresKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PostgresKeeper.class);

    /** A server that ends sooner than this after its start may be broken and not just unlucky. */
    private static final Duration SOON = Duration.ofSeconds(10);

    /** So many early ends in a row are tolerated. */
    private static final int EARLY_ENDS = 3;

    private final Supplier<PostgresServer> starter;
    private PostgresServer server;
    private boolean closed;
    private int earlyEnds;

    PostgresKeeper(Supplier<PostgresServer> starter) {
        this.starter = starter;
        this.server = starter.get();
        watch();
    }

    synchronized PostgresServer server() {
        return server;
    }

    @Override
    public synchronized void close() {
        closed = true;
        server.close();
    }

    private void watch() {
        long started = System.nanoTime();
        var _ =
                server.process()
                        .onExit()
                        .thenRun(() -> Thread.startVirtualThread(() -> ended(started)));
    }

    private synchronized void ended(long started) {
        if (closed) {
            return;
        }
        earlyEnds = System.nanoTime() - started < SOON.toNanos() ? earlyEnds + 1 : 0;
        if (earlyEnds > EARLY_ENDS) {
            log.error(
                    "PostgreSQL ends again and again and is not started again; see the lines"
                            + " before");
            return;
        }
        log.warn("PostgreSQL ended by itself and is started again: pid={}", server.process().pid());
        try {
            server = starter.get();
            watch();
        } catch (StackException e) {
            log.error("PostgreSQL could not be started again", e);
        }
    }
}
