package io.moor.shipper.kafka.direct;

import io.moor.shipper.kafka.KafkaFailure;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that compresses batches and talks to brokers. Takes orders in their order, one
 * that is awaited at a time. After a failure nothing is sent any more: the transaction can be
 * aborted, where that is sure, or the courier closed.
 */
final class Courier implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    /** Nothing is late when this has passed without anything to do. */
    private static final long LONGEST_POLL_MS = 1_000;

    /** Collected batches that wait to be compressed; what is compressed takes less memory. */
    private static final int BACKLOG = 4;

    private final Brokers brokers;
    private final Settings settings;
    private final Press press;
    private final Transaction transaction;
    private final Coordinator coordinator;
    private final Producing producing;
    private final Thread thread;
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    private final Semaphore backlog = new Semaphore(BACKLOG);
    private Order.@Nullable Awaited awaited;
    private volatile @Nullable KafkaException failure;
    private volatile boolean closing;
    private boolean ended;

    Courier(Brokers brokers, Settings settings, Buffers buffers) {
        this.brokers = brokers;
        this.settings = settings;
        this.press = new Press(settings.compression(), settings.transactionalId() != null, buffers);
        this.transaction = new Transaction(settings, brokers::transactionVersion);
        this.coordinator = new Coordinator(brokers, settings, this::fail);
        this.producing = new Producing(brokers, settings, transaction, buffers, this::fail);
        // A platform thread: Kafka's class initialisers pin the carriers of virtual ones.
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("moor-direct-sink | " + settings.clientId())
                        .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Takes records away; waits while others are compressed, but never for a broker. */
    void deliver(RecordBuffer records) {
        try {
            while (!backlog.tryAcquire(LONGEST_POLL_MS, TimeUnit.MILLISECONDS)) {
                if (failure != null) {
                    throw failure;
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        orders.add(new Order.Deliver(records));
        brokers.wakeup();
    }

    /** Orders something that is awaited; the one before must be done. */
    void order(Order.Awaited order) {
        synchronized (orders) {
            if (ended) {
                order.done().completeExceptionally(closed());
                return;
            }
            orders.add(order);
        }
        brokers.wakeup();
    }

    /** What nothing is sent for any more; null while all is well. */
    @Nullable KafkaException failure() {
        return failure;
    }

    private void fail(KafkaException met) {
        if (failure == null) {
            LOG.atDebug().setCause(met).log("the direct sink failed");
            failure = met;
        }
    }

    private void run() {
        try {
            while (!closing) {
                work();
            }
        } catch (Throwable t) {
            LOG.atError().setCause(t).log("defect in the direct sink; it is made anew");
            fail(new KafkaException("defect in the direct sink", t));
        } finally {
            synchronized (orders) {
                ended = true;
            }
            fail(closed());
            brokers.close();
            finish(failure);
            for (Order order = orders.poll(); order != null; order = orders.poll()) {
                if (order instanceof Order.Awaited late) {
                    late.done().completeExceptionally(closed());
                }
            }
        }
    }

    private static KafkaException closed() {
        return new KafkaException("the producer was closed");
    }

    private void work() {
        take();
        long nowMs = System.currentTimeMillis();
        producing.expire(nowMs);
        if (failure != null) {
            producing.drop();
            refuse();
        }
        proceed();
        long delay = coordinator.work(nowMs);
        if (failure == null) {
            delay = Math.min(delay, producing.send(nowMs));
        }
        brokers.poll(orders.isEmpty() ? Math.clamp(delay, 0, LONGEST_POLL_MS) : 0, nowMs);
        proceed();
    }

    /** One order at a time, so that batches leave while others are compressed. */
    private void take() {
        if (awaited != null) {
            return;
        }
        switch (orders.poll()) {
            case null -> {}
            case Order.Deliver(RecordBuffer records) -> {
                producing.add(press.press(records, System.currentTimeMillis()));
                backlog.release();
            }
            case Order.Awaited next -> begin(next);
        }
    }

    private void begin(Order.Awaited next) {
        awaited = next;
        switch (next) {
            case Order.TakeOver _ -> coordinator.ask(transaction.begin(() -> finish(null)));
            case Order.Abort _ -> {
                if (isAbortable()) {
                    producing.drop();
                } else {
                    finish(failure);
                }
            }
            case Order.Flush _, Order.Commit _ -> {}
        }
    }

    /**
     * Whether it is sure what Kafka has of the transaction. With a new epoch nothing of the old one
     * counts; without, a batch that failed has left a gap in its sequence.
     */
    private boolean isAbortable() {
        KafkaException met = failure;
        return met == null
                || (transaction.isImplicit() && KafkaFailure.of(met) == KafkaFailure.ABORT);
    }

    /** What waits for something that will not be. */
    private void refuse() {
        if (!(awaited instanceof Order.Abort && isAbortable())) {
            finish(failure);
        }
    }

    /** Puts the next question that what is awaited, or batches that wait, need. */
    private void proceed() {
        if (!coordinator.isIdle()) {
            return;
        }
        if (failure == null) {
            if (!transaction.identity().isKnown()
                    && settings.idempotent()
                    && settings.transactionalId() == null
                    && !producing.isDone()) {
                coordinator.ask(transaction.begin(() -> {}));
                return;
            }
            if (settings.transactionalId() != null && !producing.strangers().isEmpty()) {
                coordinator.ask(transaction.join(producing.strangers()));
                return;
            }
        }
        switch (awaited) {
            case null -> {}
            case Order.TakeOver _ -> {}
            case Order.Flush _ -> {
                if (producing.isDone()) {
                    finish(null);
                }
            }
            case Order.Commit _ -> {
                if (producing.isDone()) {
                    end(true);
                }
            }
            case Order.Abort _ -> {
                producing.drop();
                if (producing.isQuiet()) {
                    end(false);
                }
            }
        }
    }

    private void end(boolean commit) {
        if (transaction.isEmpty()) {
            ended();
        } else {
            coordinator.ask(transaction.end(commit, this::ended));
        }
    }

    private void ended() {
        if (transaction.isImplicit()) {
            producing.restart();
        }
        if (awaited instanceof Order.Abort) {
            failure = null;
        }
        finish(null);
    }

    private void finish(@Nullable KafkaException why) {
        Order.Awaited done = awaited;
        awaited = null;
        if (done != null && why == null) {
            done.done().complete(null);
        } else if (done != null) {
            done.done().completeExceptionally(why);
        }
    }

    /** Ends without waiting; from any thread. */
    @Override
    public void close() {
        closing = true;
        brokers.wakeup();
    }
}
