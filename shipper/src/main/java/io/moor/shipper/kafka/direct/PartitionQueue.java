package io.moor.shipper.kafka.direct;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The batches of one partition in their order. A broker takes a batch only after the one before it,
 * so one that failed is sent again alone, when it is the first without an acknowledgement. Pure;
 * used by one thread.
 */
final class PartitionQueue {

    private final TopicPartition partition;
    private final int inFlightMax;
    private final Deque<Batch> sent = new ArrayDeque<>();
    private final Deque<Batch> fresh = new ArrayDeque<>();
    private int nextSequence;

    /**
     * @param inFlightMax batches without an answer, at most 5 with idempotence, 1 without
     */
    PartitionQueue(TopicPartition partition, int inFlightMax) {
        this.partition = partition;
        this.inFlightMax = inFlightMax;
    }

    TopicPartition partition() {
        return partition;
    }

    void add(Batch batch) {
        fresh.addLast(batch);
    }

    /** Whether every batch is acknowledged. */
    boolean isDone() {
        return sent.isEmpty() && fresh.isEmpty();
    }

    boolean hasInFlight() {
        for (Batch batch : sent) {
            if (batch.isInFlight()) {
                return true;
            }
        }
        return false;
    }

    /** The batch to be sent now, if there is one. */
    @Nullable Batch next(long nowMs) {
        for (Batch batch : sent) {
            if (!batch.isInFlight()) {
                return batch == sent.peekFirst() && batch.mayBeSent(nowMs) ? batch : null;
            }
        }
        return sent.size() < inFlightMax ? fresh.peekFirst() : null;
    }

    /** The batch of {@link #next} is being sent; a new one gets its place in the sequence. */
    void sending(Batch batch, ProducerIdentity producer) {
        if (batch == fresh.peekFirst()) {
            fresh.removeFirst();
            sent.addLast(batch);
            if (producer.isKnown()) {
                batch.stamp(producer, nextSequence);
                nextSequence = after(nextSequence, batch.records());
            } else {
                batch.stamp(producer, -1);
            }
        }
        batch.sent();
    }

    /** Sequences go on at 0 after the largest. */
    static int after(int sequence, int records) {
        return sequence > Integer.MAX_VALUE - records
                ? records - (Integer.MAX_VALUE - sequence) - 1
                : sequence + records;
    }

    /** Whether every batch before this one is acknowledged. */
    boolean isFirst(Batch batch) {
        return sent.peekFirst() == batch;
    }

    void acknowledged(Batch batch) {
        batch.answered();
        sent.remove(batch);
    }

    /** The batch that waits longest. */
    @Nullable Batch oldest() {
        return sent.isEmpty() ? fresh.peekFirst() : sent.peekFirst();
    }

    /** Gives up what no broker works on; returns it. */
    List<Batch> drop() {
        List<Batch> dropped = new ArrayList<>(fresh);
        fresh.clear();
        for (Iterator<Batch> each = sent.iterator(); each.hasNext(); ) {
            Batch batch = each.next();
            if (!batch.isInFlight()) {
                dropped.add(batch);
                each.remove();
            }
        }
        return dropped;
    }

    /** A new epoch counts from 0. */
    void restart() {
        if (!isDone()) {
            throw new IllegalStateException("batches of the last epoch are not done");
        }
        nextSequence = 0;
    }
}
