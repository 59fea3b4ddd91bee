package io.moor.shipper.engine;

import io.moor.shipper.kafka.LastProducer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Asks Kafka now and then whether another shipper took the origin over: one that has nothing to
 * ship would hear of it only with its next line. Nothing waits for the answer. Used by one thread.
 */
final class OwnerLook {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerLook.class);
    private static final long OFTEN = Orders.millis(10_000);

    private final Callable<LastProducer> question;
    private @Nullable FutureTask<LastProducer> asked;
    private long askedNanos = System.nanoTime();

    /**
     * @param question who called {@code initTransactions} last; may block and fail
     */
    OwnerLook(Callable<LastProducer> question) {
        this.question = question;
    }

    /** Whether the newest answer names somebody else; asks again when it is time. */
    boolean isTakenOver(long nowNanos) throws InterruptedException {
        FutureTask<LastProducer> pending = asked;
        if (pending != null) {
            if (!pending.isDone()) {
                return false;
            }
            asked = null;
            return isSomebodyElse(pending);
        }
        if (nowNanos - askedNanos >= OFTEN) {
            askedNanos = nowNanos;
            FutureTask<LastProducer> next = new FutureTask<>(question);
            asked = next;
            Thread.ofPlatform().daemon().name("moor-shipper-owner").start(next);
        }
        return false;
    }

    private static boolean isSomebodyElse(FutureTask<LastProducer> answered)
            throws InterruptedException {
        try {
            return switch (answered.get()) {
                case ANOTHER, FENCED -> true;
                case OURS, ENDING, ABORTED, OVERDUE, NOBODY, UNKNOWN -> false;
            };
        } catch (ExecutionException e) {
            LOG.atDebug().setCause(e).log("the owner cannot be looked up");
            return false;
        }
    }

    /** Gives a question up that is under way. */
    void close() {
        FutureTask<LastProducer> pending = asked;
        if (pending != null) {
            pending.cancel(true);
        }
    }
}
