package io.moor.shipper.kafka.direct;

import io.moor.shipper.kafka.StreamTarget;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * Collects records into one batch for each partition, and hands those that are full to the courier.
 * Used by one thread.
 */
final class Collecting {

    private final Settings settings;
    private final Buffers buffers;
    private final Courier courier;
    private final Map<TopicPartition, RecordBuffer> open = new HashMap<>();

    /** Lines of one stream come one after the other: its batch need not be looked up. */
    private @Nullable StreamTarget lastTarget;

    private @Nullable RecordBuffer lastOpen;

    Collecting(Settings settings, Buffers buffers, Courier courier) {
        this.settings = settings;
        this.buffers = buffers;
        this.courier = courier;
    }

    /** Adds a line of a stream. */
    void add(
            StreamTarget target,
            long timestamp,
            byte[] value,
            int from,
            int to,
            HeaderBlock headers) {
        RecordBuffer last = lastOpen;
        if (target == lastTarget
                && last != null
                && last.add(timestamp, target.key(), value, from, to, headers)) {
            return;
        }
        TopicPartition partition = new TopicPartition(target.topic(), target.partition());
        add(partition, timestamp, target.key(), value, from, to, headers);
        lastTarget = target;
        lastOpen = open.get(partition);
    }

    /**
     * Adds a record.
     *
     * @param value its buffer; null for a tombstone
     * @throws TimeoutException when what was added before stays without acknowledgement too long
     */
    void add(
            TopicPartition partition,
            long timestamp,
            byte[] key,
            byte @Nullable [] value,
            int from,
            int to,
            HeaderBlock headers) {
        RecordBuffer found = open.get(partition);
        if (found != null) {
            if (found.add(timestamp, key, value, from, to, headers)) {
                return;
            }
            open.remove(partition);
            forget();
            courier.deliver(found);
        }
        makeRoom();
        RecordBuffer next =
                found == null
                        ? new RecordBuffer(partition, buffers, settings.batchBytes())
                        : found.next();
        next.add(timestamp, key, value, from, to, headers);
        open.put(partition, next);
    }

    /** Waits for acknowledgements when there is too much that has none. */
    private void makeRoom() {
        if (buffers.used() <= settings.bufferBytes()) {
            return;
        }
        deliver();
        try {
            if (!buffers.await(settings.bufferBytes(), settings.maxBlockMs())) {
                throw new TimeoutException(
                        "no room for more records within " + settings.maxBlockMs() + " ms");
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Hands everything to the courier. */
    void deliver() {
        forget();
        open.values().forEach(courier::deliver);
        open.clear();
    }

    /** Forgets everything. */
    void drop() {
        forget();
        open.values().forEach(collected -> buffers.give(collected.bytes()));
        open.clear();
    }

    private void forget() {
        lastTarget = null;
        lastOpen = null;
    }
}
