package io.moor.shipper.engine;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.State;
import io.moor.shipper.engine.EngineStop.Why;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Set;
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
        this.thread =
                Thread.ofPlatform()
                        .name("moor-shipper-" + config.origin().id())
                        .unstarted(this::run);
    }

    /** Starts: lock, Kafka, topics, takeover, checkpoints; then the loop. */
    public static ShipperEngine start(ShipperConfig config) throws ShipperException {
        ShipperEngine engine = ShipperStart.prepare(config, ShipperEngine::new);
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
            DrainReport report = loop.run();
            finish(State.DRAINED);
            ended.complete(report);
        } catch (EngineStop stop) {
            if (stop.why() == Why.DRAIN_TIME_IS_UP) {
                DrainReport report = Reports.drain(config.origin(), loop.streams(), Set.of());
                finish(State.DRAINED);
                ended.complete(report);
            } else {
                finish(State.DRAINED);
                ended.completeExceptionally(new CancellationException("closed"));
            }
        } catch (ShipperException e) {
            LOG.atError().addKeyValue("origin", config.origin()).log(e.getMessage());
            finish(e.reason() == Reason.FENCED ? State.FENCED : State.FAILED);
            ended.completeExceptionally(e);
        } catch (InterruptedException e) {
            finish(State.FAILED);
            ended.completeExceptionally(new CancellationException("interrupted"));
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("the shipper failed; this is a defect");
            finish(State.FAILED);
            ended.completeExceptionally(
                    new ShipperException(Reason.KAFKA_REFUSED, "the shipper failed: " + e, e));
        }
    }

    private void finish(State state) {
        ShipperStatus last = loop.status();
        lastStatus = new ShipperStatus(state, "", last.streams());
        loop.close();
        link.close();
        lock.close();
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
            return Reports.drain(config.origin(), loop.streams(), Set.of());
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
