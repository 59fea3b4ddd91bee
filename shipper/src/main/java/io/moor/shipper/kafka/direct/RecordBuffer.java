package io.moor.shipper.kafka.direct;

import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Records of one partition in format v2, being collected and not yet compressed. Not thread-safe.
 */
final class RecordBuffer {

    private static final int FIRST_BYTES = 16 << 10;

    /** The header of a batch goes before its records. */
    static final int START = 61;

    private final TopicPartition partition;
    private final Buffers buffers;
    private final int limit;
    private byte[] bytes;
    private int at = START;
    private int records;
    private long baseTimestamp;
    private long maxTimestamp = Long.MIN_VALUE;

    /**
     * @param limit bytes of all records, unless the first alone is longer
     */
    RecordBuffer(TopicPartition partition, Buffers buffers, int limit) {
        this(partition, buffers, limit, Math.min(FIRST_BYTES, limit));
    }

    private RecordBuffer(TopicPartition partition, Buffers buffers, int limit, int room) {
        this.partition = partition;
        this.buffers = buffers;
        this.limit = limit;
        this.bytes = buffers.take(START + room);
    }

    /** Another one after this, which is full: most likely it will be as full. */
    RecordBuffer next() {
        return new RecordBuffer(partition, buffers, limit, limit);
    }

    /**
     * Adds a record unless the batch is full.
     *
     * @param value its buffer; null for a tombstone
     * @return false when it must go into another batch
     */
    boolean add(
            long timestamp,
            byte[] key,
            byte @Nullable [] value,
            int from,
            int to,
            HeaderBlock headers) {
        if (records == 0) {
            baseTimestamp = timestamp;
        }
        long timestampDelta = timestamp - baseTimestamp;
        int valueLength = value == null ? -1 : to - from;
        int body =
                1
                        + Varints.size(timestampDelta)
                        + Varints.size(records)
                        + Varints.size(key.length)
                        + key.length
                        + Varints.size(valueLength)
                        + Math.max(valueLength, 0)
                        + headers.length();
        int size = Varints.size(body) + body;
        if (records > 0 && at - START + size > limit) {
            return false;
        }
        ensure(size);
        int next = Varints.write(bytes, at, body);
        // Attributes: none are defined.
        bytes[next++] = 0;
        next = Varints.write(bytes, next, timestampDelta);
        next = Varints.write(bytes, next, records);
        next = Varints.write(bytes, next, key.length);
        System.arraycopy(key, 0, bytes, next, key.length);
        next = Varints.write(bytes, next + key.length, valueLength);
        if (value != null) {
            System.arraycopy(value, from, bytes, next, valueLength);
            next += valueLength;
        }
        at = headers.writeTo(bytes, next);
        records++;
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        return true;
    }

    private void ensure(int more) {
        if (at + more > bytes.length) {
            byte[] larger = buffers.take(Math.max(at + more, 2 * bytes.length));
            System.arraycopy(bytes, 0, larger, 0, at);
            buffers.give(bytes);
            bytes = larger;
        }
    }

    TopicPartition partition() {
        return partition;
    }

    /** From {@link #START} the records; room for the header before them. */
    byte[] bytes() {
        return bytes;
    }

    /** Where the records end. */
    int end() {
        return at;
    }

    int records() {
        return records;
    }

    long baseTimestamp() {
        return baseTimestamp;
    }

    long maxTimestamp() {
        return maxTimestamp;
    }
}
