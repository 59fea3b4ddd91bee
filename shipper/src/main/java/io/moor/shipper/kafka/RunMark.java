package io.moor.shipper.kafka;

import java.util.random.RandomGenerator;

/**
 * How one run of a shipper is told from every other one by Kafka's transaction coordinator, which
 * remembers of a transactional id only who called {@code initTransactions} last: its transaction
 * timeout. Each run takes a slightly shorter one at random.
 *
 * @param timeoutMs {@code transaction.timeout.ms} of this run
 */
record RunMark(int timeoutMs) {

    /** The timeout of whoever fences by order, {@link Fencing}; no run has it. */
    static final int FENCING_MS = 29_999;

    /**
     * The timeout of whoever ends a transaction that is overdue, {@link Fencing}; no run has it.
     */
    static final int ENDED_MS = 29_998;

    private static final int MARKS = 4_096;

    /**
     * @param longestMs the configured timeout
     */
    static RunMark draw(int longestMs, RandomGenerator random) {
        int marks = Math.clamp(longestMs / 4, 1, MARKS);
        int timeout = longestMs - random.nextInt(marks);
        return new RunMark(timeout == FENCING_MS || timeout == ENDED_MS ? ENDED_MS - 1 : timeout);
    }
}
