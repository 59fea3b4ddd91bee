package io.moor.shipper.kafka.direct;

import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.CheckpointCodec;
import io.moor.shipper.checkpoint.CheckpointKey;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.kafka.CheckpointsTopic;
import io.moor.shipper.kafka.ExistingTopics;
import io.moor.shipper.kafka.KillPoint;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.SinkOpener;
import io.moor.shipper.kafka.StreamTarget;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.SkippedRange;

import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A sink that encodes records into batches itself, straight from the block that was read. What
 * takes time is done by the thread of a {@link Courier}.
 */
public final class DirectSink implements LogSink {

    /** Most bytes of buffers that are kept when nothing is on its way. */
    private static final long KEPT_BYTES = 8 << 20;

    private static final byte[] FLAGS = LogHeaders.FLAGS.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SKIPPED = LogHeaders.SKIPPED.getBytes(StandardCharsets.US_ASCII);

    private final Settings settings;
    private final Origin origin;
    private final boolean transactional;
    private final TopicPartition checkpoints;
    private final Buffers buffers;
    private final Collecting collecting;
    private final Courier courier;
    private final Brokers brokers;
    private final ExistingTopics topics;
    private final CheckpointsTopic checkpointsTopic;
    private final HeaderBlock headers = new HeaderBlock();

    /** An order without an answer yet; asked for again it is waited for again. */
    private Order.@Nullable Awaited pending;

    private boolean open;
    private boolean linesFlushed;
    private long bytes;

    private DirectSink(ProducerConfig config, SinkOpener.Plan plan) {
        this.settings = Settings.of(config);
        this.origin = plan.origin();
        this.transactional = plan.transactional();
        this.checkpoints = OriginCheckpoints.partition(plan.origin());
        this.buffers = new Buffers(KEPT_BYTES);
        this.brokers = new Brokers(config, settings);
        this.topics = brokers.topics();
        this.checkpointsTopic = new CheckpointsTopic(topics, plan.checkpointsId());
        this.courier = new Courier(brokers, settings, buffers);
        this.collecting = new Collecting(settings, buffers, courier);
    }

    /**
     * A {@link SinkOpener}.
     *
     * @throws KafkaException when the properties are no good
     */
    public static LogSink open(SinkOpener.Plan plan) {
        DirectSink sink = new DirectSink(ExistingTopics.config(plan.properties()), plan);
        sink.courier.start();
        return sink;
    }

    @Override
    public void takeOver() {
        if (transactional) {
            settle(
                    pending instanceof Order.TakeOver ? pending : Order.TakeOver.make(),
                    settings.maxBlockMs());
        }
    }

    @Override
    public void learn(Collection<String> names) {
        Timer timer = Time.SYSTEM.timer(settings.maxBlockMs());
        learn(Topics.CHECKPOINTS, timer);
        names.forEach(name -> learn(name, timer));
    }

    private void learn(String topic, Timer timer) {
        try {
            topics.add(topic, timer.currentTimeMs());
            while (topics.fetch().partitionCountForTopic(topic) == null) {
                int version = topics.requestUpdateForTopic(topic);
                brokers.wakeup();
                topics.awaitUpdate(version, timer);
                topics.maybeThrowExceptionForTopic(topic);
                timer.update();
                if (timer.isExpired()) {
                    throw new TimeoutException("no broker answered");
                }
            }
        } catch (TimeoutException e) {
            Errors error = topics.getError(topic);
            String message = "topic " + topic + " is not known: " + e.getMessage();
            throw error == null
                    ? new TimeoutException(message)
                    : new TimeoutException(message, error.exception());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public boolean takesAtOnce(StreamTarget target, boolean deadLetters) {
        return topics.knows(target.topic(), target.partition())
                && topics.knows(checkpoints.topic(), checkpoints.partition())
                && (!deadLetters || topics.knows(Topics.DEAD_LETTERS, 0));
    }

    @Override
    public boolean isTransactional() {
        return transactional;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public long bytes() {
        return bytes;
    }

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
        boolean dead = (flags & LogHeaders.DEAD_LETTER) != 0;
        headers.clear();
        headers.span(spanPrefix, spanStart, spanEnd);
        byte[] flagText = LogHeaders.flags(flags);
        if (flagText != null) {
            headers.add(FLAGS, flagText);
        }
        if (!dead && !skipped.isEmpty()) {
            headers.add(SKIPPED, SkippedRange.header(skipped));
        }
        if (!target.headers().isEmpty()) {
            // Asked first: the JVM's first compiler makes an iterator for every line.
            for (Header header : target.headers()) {
                headers.add(header.key().getBytes(StandardCharsets.UTF_8), header.value());
            }
        }
        if (dead) {
            TopicPartition letters = deadLetters(target);
            collecting.add(letters, timestamp, target.key(), buffer, from, to, headers);
        } else {
            collecting.add(target, timestamp, buffer, from, to, headers);
        }
        linesFlushed = false;
        bytes += to - from + target.key().length + RECORD_OVERHEAD / 4;
    }

    /** Kafka's default partitioner on the key. */
    private TopicPartition deadLetters(StreamTarget target) {
        if (!topics.knows(Topics.DEAD_LETTERS, 0)) {
            learn(List.of(Topics.DEAD_LETTERS));
        }
        int partitions = topics.fetch().partitionCountForTopic(Topics.DEAD_LETTERS);
        return new TopicPartition(
                Topics.DEAD_LETTERS, StreamTarget.partition(target.key(), partitions));
    }

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
            flush();
            KillPoint.AFTER_CHECKPOINT_SENT.reached();
        }
    }

    @Override
    public void archive(ArchivedGeneration archived) {
        begin();
        send(
                CheckpointKey.ofArchived(origin, archived.stream(), archived.generation().fileId()),
                CheckpointCodec.encode(archived));
    }

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
        headers.clear();
        collecting.add(
                checkpoints,
                System.currentTimeMillis(),
                key,
                value,
                0,
                value == null ? 0 : value.length,
                headers);
    }

    @Override
    public void acknowledgeLines() {
        if (!transactional && open && !linesFlushed) {
            KillPoint.AFTER_LINES.reached();
            flush();
            linesFlushed = true;
        }
    }

    private void flush() {
        if (pending != null) {
            settle(pending, settings.longestDeliveryMs());
        }
        collecting.deliver();
        settle(Order.Flush.make(), settings.longestDeliveryMs());
    }

    @Override
    public void commit() {
        KillPoint.BEFORE_COMMIT.reached();
        checkpointsTopic.askAnew();
        if (!(pending instanceof Order.Commit)) {
            flush();
            // Whoever has the checkpoints' topic anew says so when they arrive: before the commit.
            checkpointsTopic.requireSame();
        }
        if (transactional) {
            settle(
                    pending instanceof Order.Commit ? pending : Order.Commit.make(),
                    settings.maxBlockMs());
        }
        KillPoint.AFTER_COMMIT.reached();
        ended();
    }

    @Override
    public void abort() {
        if (!open) {
            return;
        }
        if (pending != null) {
            throw new KafkaException("what was asked last has no outcome yet");
        }
        collecting.drop();
        if (transactional) {
            settle(Order.Abort.make(), settings.maxBlockMs());
        } else {
            KafkaException met = courier.failure();
            if (met != null) {
                throw met;
            }
        }
        ended();
    }

    /** Waits; an order without an outcome stays pending, so that the call may be repeated. */
    private void settle(Order.Awaited order, long millis) {
        if (!order.equals(pending)) {
            courier.order(order);
            pending = order;
        }
        try {
            order.done().get(millis, TimeUnit.MILLISECONDS);
            pending = null;
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("Kafka did not answer within " + millis + " ms");
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            pending = null;
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("the producer failed", e.getCause());
        }
    }

    private void begin() {
        KafkaException met = courier.failure();
        if (met != null) {
            throw met;
        }
        if (pending != null) {
            throw new KafkaException("what was asked last has no outcome yet");
        }
        if (!open) {
            open = true;
            KillPoint.AFTER_BEGIN.reached();
        }
    }

    private void ended() {
        open = false;
        linesFlushed = false;
        bytes = 0;
    }

    @Override
    public @Nullable Exception failure() {
        return courier.failure();
    }

    @Override
    public void close() {
        courier.close();
    }
}
