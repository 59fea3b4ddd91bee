package io.moor.shipper.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.CheckpointDamagedException;
import io.moor.shipper.stream.LogHeaders;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A simulation: Kafka's own MockProducer behind the sink, for tests of what is read from files and
 * in which order, where a broker would add nothing but time.
 */
public final class SimulatedKafka {

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(
                    true,
                    new RoundRobinPartitioner(),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
    private final TransactionalSink sink =
            new TransactionalSink(
                    new ExistingTopics.Opened(producer, (_, _) -> true),
                    new Origin("o"),
                    Uuid.ZERO_UUID,
                    true);

    private final Map<String, byte[]> checkpoints = new LinkedHashMap<>();
    private int largestCheckpoint;

    public SimulatedKafka() {
        sink.takeOver();
    }

    public LogSink sink() {
        return sink;
    }

    /** Forgets what is not committed, as the next shipper's takeover does. */
    public void abort() {
        sink.abort();
    }

    /** Committed lines since the last question. */
    public List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            String key = new String(record.key(), UTF_8);
            if (!record.topic().equals(Topics.CHECKPOINTS)) {
                lines.add(
                        new Line(
                                key,
                                new String(record.value(), UTF_8),
                                header(record, LogHeaders.SPAN),
                                header(record, LogHeaders.FLAGS)));
            } else if (record.value() == null) {
                checkpoints.remove(key);
            } else {
                checkpoints.put(key, record.value());
                largestCheckpoint = Math.max(largestCheckpoint, record.value().length);
            }
        }
        producer.clear();
        return lines;
    }

    /**
     * @param key of the stream
     * @param value its text
     * @param span header
     * @param flags header, empty for none
     */
    public record Line(String key, String value, String span, String flags) {}

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    /** What a next shipper finds; after {@link #lines}. */
    public OriginCheckpoints checkpoints() {
        try {
            return OriginCheckpoints.decode(checkpoints);
        } catch (CheckpointDamagedException e) {
            throw new AssertionError(e);
        }
    }

    /** Bytes of the largest checkpoint record so far; after {@link #lines}. */
    public int largestCheckpoint() {
        return largestCheckpoint;
    }
}
