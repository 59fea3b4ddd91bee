package io.moor.shipper.spool;

import io.moor.shipper.ShipperException;

import java.util.concurrent.CompletableFuture;

/** Reads an input into its spool, on a thread of its own. */
public interface Feed {

    /** Begins to read. */
    void start();

    /**
     * Reads what there is and ends.
     *
     * @param deadlineNanos when to give up, on the clock of {@link System#nanoTime}
     * @return false when it had to give up: there was more to read
     */
    boolean drain(long deadlineNanos) throws InterruptedException;

    /** Ends at once. Idempotent. */
    void abandon();

    /**
     * Completes when nothing more is read: at the end of the input or after a drain; exceptionally
     * with a {@link ShipperException} when it cannot be read.
     */
    CompletableFuture<Void> ended();
}
