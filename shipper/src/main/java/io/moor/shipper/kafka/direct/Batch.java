package io.moor.shipper.kafka.direct;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.MemoryRecords;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A batch of format v2 that is ready but for who sends it: producer id, epoch and sequence are
 * written when it is sent first, and stay. Used by one thread.
 */
final class Batch {

    private static final int LENGTH = 8;
    private static final int AFTER_LENGTH = 12;
    private static final int MAGIC = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int PRODUCER_ID = 43;
    private static final int PRODUCER_EPOCH = 51;
    private static final int BASE_SEQUENCE = 53;
    private static final int RECORDS = 57;

    private static final int TRANSACTIONAL = 0x10;

    private final TopicPartition partition;
    private final byte[] bytes;
    private final int length;
    private final int records;
    private final long createdMs;
    private int sequence = -1;
    private boolean inFlight;
    private int attempts;
    private long notBeforeMs;

    /**
     * Writes what is known of the header.
     *
     * @param bytes the header's room, then the records as they are sent
     * @param length of both
     * @param compression id of {@code CompressionType}
     */
    Batch(
            RecordBuffer collected,
            byte[] bytes,
            int length,
            int compression,
            boolean transactional,
            long createdMs) {
        this.partition = collected.partition();
        this.bytes = bytes;
        this.length = length;
        this.records = collected.records();
        this.createdMs = createdMs;
        ByteBuffer header = ByteBuffer.wrap(bytes);
        // The broker writes offset and leader epoch.
        header.putLong(0, 0);
        header.putInt(LENGTH, length - AFTER_LENGTH);
        header.putInt(AFTER_LENGTH, -1);
        header.put(MAGIC, (byte) 2);
        header.putShort(ATTRIBUTES, (short) (compression | (transactional ? TRANSACTIONAL : 0)));
        header.putInt(LAST_OFFSET_DELTA, records - 1);
        header.putLong(BASE_TIMESTAMP, collected.baseTimestamp());
        header.putLong(MAX_TIMESTAMP, collected.maxTimestamp());
        header.putInt(RECORDS, records);
    }

    /** Says who sends it and in which place; its checksum holds from now on. */
    void stamp(ProducerIdentity producer, int baseSequence) {
        sequence = baseSequence;
        ByteBuffer header = ByteBuffer.wrap(bytes);
        header.putLong(PRODUCER_ID, producer.id());
        header.putShort(PRODUCER_EPOCH, producer.epoch());
        header.putInt(BASE_SEQUENCE, baseSequence);
        CRC32C crc = new CRC32C();
        crc.update(bytes, ATTRIBUTES, length - ATTRIBUTES);
        header.putInt(CRC, (int) crc.getValue());
    }

    /** As a request carries it. */
    MemoryRecords memoryRecords() {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes, 0, length).slice());
    }

    TopicPartition partition() {
        return partition;
    }

    /** Its array, to be given back when it is done. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    int records() {
        return records;
    }

    int sequence() {
        return sequence;
    }

    /** Whether its last attempt has no answer yet. */
    boolean isInFlight() {
        return inFlight;
    }

    void sent() {
        inFlight = true;
        attempts++;
    }

    /** Its attempt failed; it may be sent again from a moment on. */
    void again(long fromMs) {
        inFlight = false;
        notBeforeMs = fromMs;
    }

    void answered() {
        inFlight = false;
    }

    int attempts() {
        return attempts;
    }

    boolean mayBeSent(long nowMs) {
        return nowMs >= notBeforeMs;
    }

    boolean isOlderThan(long ageMs, long nowMs) {
        return nowMs - createdMs > ageMs;
    }
}
