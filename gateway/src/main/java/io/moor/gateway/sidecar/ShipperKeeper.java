package io.moor.gateway.sidecar;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperStatus;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Keeps the shipper of one origin running on a virtual thread of its own: starts it, restarts it
 * with backoff when it failed, never when it was fenced, because then a newer owner exists.
 * Thread-safe.
 */
final class ShipperKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(ShipperKeeper.class);
    private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
    private static final Duration RETRY_CAP = Duration.ofSeconds(30);

    private final ShipperConfig config;
    private final ShipperStarter starter;
    private final Backoff backoff = new Backoff(RETRY_FIRST, RETRY_CAP);
    private final Thread thread;
    private @Nullable Shipper running;
    private @Nullable Finish finish;
    private ShipperStatus last;
    private String trouble = "";
    private boolean closed;
    private boolean hurry;

    ShipperKeeper(ShipperConfig config, ShipperStarter starter) {
        this.config = config;
        this.starter = starter;
        this.last = ShipperStatus.connecting(config);
        this.thread = Thread.ofVirtual().name("shipper-" + config.origin()).start(this::keep);
    }

    ShipperConfig config() {
        return config;
    }

    private void keep() {
        try {
            while (!isOver()) {
                attempt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() throws InterruptedException {
        try (var shipper = starter.start(config)) {
            if (!begun(shipper)) {
                return;
            }
            ended(new Finish.Reported(shipper.ended().get()));
        } catch (ShipperException e) {
            failed(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ShipperException cause) {
                failed(cause);
            } else {
                failed("unexpected " + e.getCause(), false);
            }
        } catch (IllegalStateException e) {
            failed("unexpected " + e, false);
        }
    }

    private void failed(ShipperException e) throws InterruptedException {
        failed(String.valueOf(e.getMessage()), e.reason() == ShipperException.Reason.FENCED);
    }

    private synchronized boolean begun(Shipper shipper) {
        if (closed) {
            return false;
        }
        running = shipper;
        trouble = "";
        notifyAll();
        return true;
    }

    private synchronized void ended(Finish how) {
        remember();
        running = null;
        finish = how;
        notifyAll();
    }

    private synchronized void failed(String why, boolean fenced) throws InterruptedException {
        remember();
        running = null;
        if (closed) {
            return;
        }
        trouble = why;
        if (fenced) {
            LOG.atWarn()
                    .addKeyValue("origin", config.origin())
                    .addKeyValue("why", why)
                    .log("shipper was fenced by a newer owner, it stays stopped");
            finish = new Finish.Unknown(config.origin(), why);
            notifyAll();
            return;
        }
        var pause = backoff.next();
        LOG.atWarn()
                .addKeyValue("origin", config.origin())
                .addKeyValue("why", why)
                .addKeyValue("retryInMs", pause.toMillis())
                .log("shipper stopped, will be started again");
        var until = System.nanoTime() + pause.toNanos();
        notifyAll();
        while (!closed && !hurry && until - System.nanoTime() > 0) {
            wait(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        }
        // The next failure waits again, also while somebody is in a hurry.
        hurry = false;
    }

    private void remember() {
        if (running != null) {
            last = running.status();
        }
    }

    private synchronized boolean isOver() {
        return closed || finish != null;
    }

    /** What it does, or did last; why it does not run is what it waits for. Never blocks. */
    synchronized ShipperStatus status() {
        if (running != null) {
            return running.status();
        }
        return finish == null && !trouble.isEmpty() ? last.notRunning(trouble) : last;
    }

    /** How it was finished, when it was, with a report. */
    synchronized Optional<DrainReport> report() {
        return finish instanceof Finish.Reported reported
                ? Optional.of(reported.report())
                : Optional.empty();
    }

    /**
     * Ships to the end and seals. A shipper that does not run is started, if it can be.
     *
     * @return what was shipped and what was not; a repeat returns the same
     */
    Finish finish(Duration timeout) throws InterruptedException {
        var deadline = System.nanoTime() + timeout.toNanos();
        var shipper = awaitRunning(deadline);
        if (shipper != null) {
            var left = Math.max(0, deadline - System.nanoTime());
            var report = drained(shipper, Duration.ofNanos(left));
            if (report != null) {
                ended(report);
            }
        }
        synchronized (this) {
            if (finish != null) {
                return finish;
            }
            return new Finish.Unknown(
                    config.origin(),
                    trouble.isEmpty() ? "the shipper did not start in time" : trouble);
        }
    }

    private @Nullable Finish drained(Shipper shipper, Duration timeout)
            throws InterruptedException {
        try {
            DrainReport report = shipper.drain(timeout);
            return new Finish.Reported(report);
        } catch (RuntimeException e) {
            // It ended while it was asked; the keeper's own thread knows why.
            LOG.atWarn().addKeyValue("origin", config.origin()).setCause(e).log("drain failed");
            return null;
        }
    }

    private synchronized @Nullable Shipper awaitRunning(long deadline) throws InterruptedException {
        hurry = true;
        notifyAll();
        while (running == null && finish == null && !closed && deadline - System.nanoTime() > 0) {
            wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
        return finish == null ? running : null;
    }

    /** Ends at once without sealing, and returns when its thread has ended. */
    void close() throws InterruptedException {
        Shipper shipper;
        synchronized (this) {
            closed = true;
            shipper = running;
            notifyAll();
        }
        if (shipper != null) {
            shipper.close();
        }
        thread.interrupt();
        thread.join();
    }
}
