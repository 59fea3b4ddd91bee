package io.moor.shipper.kafka;

import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.CheckpointCodec;
import io.moor.shipper.checkpoint.CheckpointKey;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.SkippedRange;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Future;

/**
 * One producer: lines and checkpoints in one transaction, or, for brokers without transactions,
 * checkpoints after the acknowledged lines. Every method may throw a {@link KafkaException}; {@link
 * KafkaFailure} says what it means. Used by one thread at a time, but {@link #close} may come from
 * another.
 */
public final class TransactionalSink implements LogSink {

    private final Producer<byte[], byte[]> producer;
    private final KnownTopics topics;
    private final Origin origin;
    private final int checkpointPartition;
    private final CheckpointsTopic checkpoints;
    private final boolean transactional;
    private final Callback callback = (_, failure) -> failed(failure);
    private volatile @Nullable Exception failure;
    private boolean open;
    private boolean linesFlushed;
    private long bytes;

    /**
     * @param checkpointsId the topic that holds what was committed
     */
    TransactionalSink(
            ExistingTopics.Opened opened,
            Origin origin,
            Uuid checkpointsId,
            boolean transactional) {
        this.producer = opened.producer();
        this.topics = opened.topics();
        this.origin = origin;
        this.checkpoints = new CheckpointsTopic(topics, checkpointsId);
        this.checkpointPartition = OriginCheckpoints.partitionOf(origin);
        this.transactional = transactional;
    }

    /** A {@link SinkOpener}. */
    public static LogSink open(SinkOpener.Plan plan) {
        return new TransactionalSink(
                ExistingTopics.open(plan.properties()),
                plan.origin(),
                plan.checkpointsId(),
                plan.transactional());
    }

    /** Decides the open transaction of the previous producer of this origin, and fences it. */
    @Override
    public void takeOver() {
        if (transactional) {
            producer.initTransactions();
        }
    }

    /**
     * Learns where topics are. Whoever sends to a topic that the producer does not know waits for a
     * broker, and looks at no file meanwhile.
     */
    @Override
    public void learn(Collection<String> names) {
        producer.partitionsFor(Topics.CHECKPOINTS);
        names.forEach(producer::partitionsFor);
    }

    /** Whether a line, or a dead letter, is taken without waiting for a broker. */
    @Override
    public boolean takesAtOnce(StreamTarget target, boolean deadLetters) {
        return topics.knows(target.topic(), target.partition())
                && topics.knows(Topics.CHECKPOINTS, checkpointPartition)
                && (!deadLetters || topics.knows(Topics.DEAD_LETTERS, 0));
    }

    /** Whether lines and checkpoints are committed together. */
    @Override
    public boolean isTransactional() {
        return transactional;
    }

    /** Whether a transaction is open. */
    @Override
    public boolean isOpen() {
        return open;
    }

    /** Bytes in the open transaction. */
    @Override
    public long bytes() {
        return bytes;
    }

    /**
     * Adds a line, or a dead letter by its flag; begins a transaction when none is open. The value
     * is copied.
     *
     * @param skipped ranges before the line that became no record; a dead letter does not tell them
     */
    @Override
    public void line(
            StreamTarget target,
            byte[] spanPrefix,
            byte[] buffer,
            int from,
            int to,
            long spanStart,
            long spanEnd,
            int flags,
            long timestamp,
            List<SkippedRange> skipped) {
        begin();
        byte[] value = new byte[to - from];
        System.arraycopy(buffer, from, value, 0, value.length);
        Header span =
                new RecordHeader(LogHeaders.SPAN, LogHeaders.span(spanPrefix, spanStart, spanEnd));
        byte[] flagText = LogHeaders.flags(flags);
        boolean dead = (flags & LogHeaders.DEAD_LETTER) != 0;
        List<Header> headers =
                flagText == null
                        ? List.of(span)
                        : List.of(span, new RecordHeader(LogHeaders.FLAGS, flagText));
        boolean tells = !dead && !skipped.isEmpty();
        if (tells || !target.headers().isEmpty()) {
            headers = new ArrayList<>(headers);
            if (tells) {
                headers.add(new RecordHeader(LogHeaders.SKIPPED, SkippedRange.header(skipped)));
            }
            headers.addAll(target.headers());
        }
        send(
                new ProducerRecord<>(
                        dead ? Topics.DEAD_LETTERS : target.topic(),
                        // Kafka's default partitioner on the key.
                        dead ? null : (Integer) target.partition(),
                        timestamp,
                        target.key(),
                        value,
                        headers));
        linesFlushed = false;
        bytes += value.length + target.key().length + RECORD_OVERHEAD / 4;
    }

    /** Of lines that are acknowledged, {@link #acknowledgeLines}. Does not wait for a broker. */
    @Override
    public void checkpoint(StreamCheckpoint checkpoint) {
        begin();
        if (transactional) {
            KillPoint.AFTER_LINES.reached();
        } else if (bytes > 0 && !linesFlushed) {
            throw new IllegalStateException("a checkpoint before its lines");
        }
        send(
                CheckpointKey.of(origin, checkpoint.stream()),
                CheckpointCodec.encode(checkpoint, Instant.now()));
        KillPoint.AFTER_CHECKPOINT.reached();
        if (KillPoint.AFTER_CHECKPOINT_SENT.isChosen()) {
            producer.flush();
            KillPoint.AFTER_CHECKPOINT_SENT.reached();
        }
    }

    /** A generation that the checkpoint of its stream does not list any more. */
    @Override
    public void archive(ArchivedGeneration archived) {
        begin();
        send(
                CheckpointKey.ofArchived(origin, archived.stream(), archived.generation().fileId()),
                CheckpointCodec.encode(archived));
    }

    /** Removes an archived generation: it is listed again, or its file is gone. */
    @Override
    public void unarchive(String stream, String fileId) {
        begin();
        send(CheckpointKey.ofArchived(origin, stream, fileId), null);
    }

    @Override
    public void claim(OwnerClaim claim) {
        begin();
        send(CheckpointKey.of(origin, ""), CheckpointCodec.encode(claim));
    }

    private void send(byte[] key, byte @Nullable [] value) {
        send(new ProducerRecord<>(Topics.CHECKPOINTS, checkpointPartition, key, value));
    }

    private void send(ProducerRecord<byte[], byte[]> line) {
        try {
            Future<RecordMetadata> _ = producer.send(line, callback);
        } catch (IllegalStateException e) {
            throw spent(e);
        }
    }

    private static void transact(Runnable step) {
        try {
            step.run();
        } catch (IllegalStateException e) {
            throw spent(e);
        }
    }

    /** KafkaProducer says so when it is closed, or in a state in which nothing can be sent. */
    private static KafkaException spent(IllegalStateException e) {
        return new KafkaException("the producer cannot be used any more", e);
    }

    /** Without a transaction no checkpoint may be written before its lines are there: waits. */
    @Override
    public void acknowledgeLines() {
        if (!transactional && open && !linesFlushed) {
            KillPoint.AFTER_LINES.reached();
            flush();
            linesFlushed = true;
        }
    }

    private void flush() {
        transact(producer::flush);
        Exception met = failure;
        if (met != null) {
            throw met instanceof KafkaException kafka ? kafka : new KafkaException(met);
        }
    }

    /** May be repeated after a {@link KafkaFailure#RETRY}: Kafka remembers what it was asked. */
    @Override
    public void commit() {
        KillPoint.BEFORE_COMMIT.reached();
        checkpoints.askAnew();
        if (transactional) {
            // Whoever has the checkpoints' topic anew says so when they arrive: before the commit.
            transact(producer::flush);
            checkpoints.requireSame();
            transact(producer::commitTransaction);
        } else {
            flush();
            checkpoints.requireSame();
        }
        KillPoint.AFTER_COMMIT.reached();
        ended();
    }

    /** Takes back what was not committed, where that is possible. */
    @Override
    public void abort() {
        if (open) {
            if (transactional) {
                transact(producer::abortTransaction);
            }
            ended();
            failure = null;
        }
    }

    private void ended() {
        open = false;
        linesFlushed = false;
        bytes = 0;
    }

    /** The first failure of a record in the open transaction, known before the commit. */
    @Override
    public @Nullable Exception failure() {
        return failure;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }

    private void begin() {
        if (!open) {
            if (transactional) {
                transact(producer::beginTransaction);
            }
            open = true;
            failure = null;
            KillPoint.AFTER_BEGIN.reached();
        }
    }

    private void failed(@Nullable Exception exception) {
        if (exception != null && failure == null) {
            failure = exception;
        }
    }
}
