package io.moor.shipper.engine;

import io.moor.shipper.DrainReport;
import io.moor.shipper.DrainReport.End;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.State;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The running shipper: one thread that owns all state ({@link ShippingLoop}), and the door through
 * which others order and ask.
 */
public final class ShipperEngine implements Shipper {

    private static final Logger LOG = LoggerFactory.getLogger(ShipperEngine.class);

    private final ShipperConfig config;
    private final ShippingLoop loop;
    private final Orders orders;
    private final StateLock lock;
    private final KafkaLink link;
    private final Thread thread;
    private final CompletableFuture<DrainReport> ended = new CompletableFuture<>();
    private volatile ShipperStatus lastStatus;
    private volatile DrainReport lastReport;

    private ShipperEngine(
            ShipperConfig config,
            ShippingLoop loop,
            Orders orders,
            StateLock lock,
            KafkaLink link) {
        this.config = config;
        this.loop = loop;
        this.orders = orders;
        this.lock = lock;
        this.link = link;
        this.lastStatus = loop.status();
        this.lastReport = new DrainReport(config.origin(), List.of(), End.FAILED);
        this.thread =
                Thread.ofPlatform()
                        .name("moor-shipper-" + config.origin().id())
                        .unstarted(this::run);
    }

    /** Starts: lock, Kafka, topics, takeover, checkpoints; then the loop. */
    public static ShipperEngine start(ShipperConfig config) throws ShipperException {
        return start(config, SpoolProgress.NONE);
    }

    /** The same, and tells how far the files of spools are committed. */
    public static ShipperEngine start(ShipperConfig config, SpoolProgress spools)
            throws ShipperException {
        ShipperEngine engine = ShipperStart.prepare(config, spools, ShipperEngine::new);
        engine.thread.start();
        return engine;
    }

    /** Makes an engine of its parts. */
    @FunctionalInterface
    interface Assembly {
        ShipperEngine assemble(
                ShipperConfig config,
                ShippingLoop loop,
                Orders orders,
                StateLock lock,
                KafkaLink link);
    }

    private void run() {
        try {
            ended(State.DRAINED, loop.run());
        } catch (EngineStop stop) {
            switch (stop.why()) {
                case DRAIN_TIME_IS_UP -> ended(State.DRAINED, left(End.OUT_OF_TIME));
                case CLOSED ->
                        failed(State.DRAINED, End.CLOSED, new CancellationException("closed"));
            }
        } catch (ShipperException e) {
            LOG.atError().addKeyValue("origin", config.origin()).log(e.getMessage());
            if (e.reason() == Reason.FENCED) {
                failed(State.FENCED, End.FENCED, e);
            } else {
                failed(State.FAILED, End.FAILED, e);
            }
        } catch (InterruptedException e) {
            failed(State.FAILED, End.FAILED, new CancellationException("interrupted"));
        } catch (Throwable e) {
            LOG.atError().setCause(e).log("the shipper failed; this is a defect");
            failed(
                    State.FAILED,
                    End.FAILED,
                    new ShipperException(Reason.KAFKA_REFUSED, "the shipper failed: " + e, e));
        }
    }

    private void ended(State state, DrainReport report) {
        lastReport = report;
        try {
            finish(state);
        } finally {
            ended.complete(report);
        }
    }

    private void failed(State state, End end, Exception why) {
        lastReport = left(end);
        try {
            finish(state);
        } finally {
            ended.completeExceptionally(why);
        }
    }

    /** While the files are open, because their sizes are asked. */
    private DrainReport left(End end) {
        try {
            return loop.left(end);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("what is left cannot be told");
            return new DrainReport(config.origin(), List.of(), End.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new DrainReport(config.origin(), List.of(), End.FAILED);
        }
    }

    /** Everything is given back, whatever fails. */
    private void finish(State state) {
        lastStatus = loop.status().ended(state);
        for (AutoCloseable each : List.<AutoCloseable>of(loop::close, link, lock)) {
            try {
                each.close();
            } catch (Exception e) {
                LOG.atWarn().setCause(e).log("the shipper could not give everything back");
            }
        }
    }

    @Override
    public ShipperStatus status() {
        ShipperStatus last = lastStatus;
        boolean isFinal = last.state().compareTo(State.DRAINED) >= 0;
        return isFinal ? last : loop.status();
    }

    @Override
    public DrainReport drain(Duration timeout) throws InterruptedException {
        orders.drain(System.nanoTime() + timeout.toNanos());
        try {
            return ended.get();
        } catch (ExecutionException | CancellationException e) {
            return lastReport;
        }
    }

    @Override
    public CompletableFuture<DrainReport> ended() {
        return ended.copy();
    }

    @Override
    public void close() {
        orders.close();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
