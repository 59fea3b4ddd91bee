package io.moor.shipper;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Ships the files of one origin. Thread-safe. Start order (exactly-once depends on it): local lock,
 * {@code initTransactions}, then the checkpoints up to the uncommitted end with a read_committed
 * consumer.
 */
public interface Shipper extends AutoCloseable {

    /** What it is doing; never blocks. */
    ShipperStatus status();

    /**
     * Reads every file to its end, until no process holds it open for writing or it was quiet for a
     * second, ships, seals, reads the seals back and ends the shipper. A repeat returns the same
     * report.
     *
     * @param timeout when to give up and report what is left
     */
    DrainReport drain(Duration timeout) throws InterruptedException;

    /**
     * Completes when the shipper ended: with the report of a drain, or exceptionally with a {@link
     * ShipperException}.
     */
    CompletableFuture<DrainReport> ended();

    /** Ends at once: the open transaction is aborted, nothing is sealed. Idempotent. */
    @Override
    void close();
}
