package io.moor.shipper.kafka;

import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.stream.SkippedRange;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;

/**
 * Where an engine's lines and checkpoints go: in one transaction or, for brokers without
 * transactions, checkpoints after the acknowledged lines. Every method may throw a {@link
 * KafkaException}; {@link KafkaFailure} says what it means. Used by one thread at a time, but
 * {@link #close} may come from another.
 */
public interface LogSink extends AutoCloseable {

    /** Headers, varints and the like around key and value, generously. */
    int RECORD_OVERHEAD = 256;

    /** The largest value that fits a record of a topic. */
    static int largestValue(int maxRecordBytes, StreamTarget target) {
        return Math.max(
                1, maxRecordBytes - RECORD_OVERHEAD - target.key().length - target.headerBytes());
    }

    /** Decides the open transaction of the previous producer of this origin, and fences it. */
    void takeOver();

    /**
     * Learns where topics are. Whoever sends to a topic that the producer does not know waits for a
     * broker, and looks at no file meanwhile.
     */
    void learn(Collection<String> names);

    /** Whether a line, or a dead letter, is taken without waiting for a broker. */
    boolean takesAtOnce(StreamTarget target, boolean deadLetters);

    /** Whether lines and checkpoints are committed together. */
    boolean isTransactional();

    /** Whether a transaction is open. */
    boolean isOpen();

    /** Bytes in the open transaction. */
    long bytes();

    /**
     * Adds a line, or a dead letter by its flag; begins a transaction when none is open. The value
     * is copied.
     *
     * @param skipped ranges before the line that became no record; a dead letter does not tell them
     */
    void line(
            StreamTarget target,
            byte[] spanPrefix,
            byte[] buffer,
            int from,
            int to,
            long spanStart,
            long spanEnd,
            int flags,
            long timestamp,
            List<SkippedRange> skipped);

    /** Of lines that are acknowledged, {@link #acknowledgeLines}. Does not wait for a broker. */
    void checkpoint(StreamCheckpoint checkpoint);

    /** A generation that the checkpoint of its stream does not list any more. */
    void archive(ArchivedGeneration archived);

    /** Removes an archived generation: it is listed again, or its file is gone. */
    void unarchive(String stream, String fileId);

    /** Says who owns the origin from now on. */
    void claim(OwnerClaim claim);

    /** Without a transaction no checkpoint may be written before its lines are there: waits. */
    void acknowledgeLines();

    /**
     * May be repeated after a {@link KafkaFailure#RETRY}: Kafka remembers what it was asked.
     *
     * @throws KafkaException also when the checkpoints' topic is not the one of the sink's making
     */
    void commit();

    /** Takes back what was not committed, where that is possible. */
    void abort();

    /** The first failure of a record in the open transaction, known before the commit. */
    @Nullable Exception failure();

    /**
     * Ends without waiting, and ends what others wait for; what is not committed is not shipped.
     */
    @Override
    void close();
}
