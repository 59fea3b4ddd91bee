package io.moor.shipper.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.Origin;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.util.List;

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
    private final TransactionalSink sink = new TransactionalSink(producer, new Origin("o"), 0);

    public SimulatedKafka() {
        sink.takeOver();
    }

    public TransactionalSink sink() {
        return sink;
    }

    /** Values of the committed lines since the last question. */
    public List<String> committed() {
        List<String> values =
                producer.history().stream()
                        .filter(record -> !record.topic().equals(Topics.CHECKPOINTS))
                        .map(record -> new String(record.value(), UTF_8))
                        .toList();
        producer.clear();
        return values;
    }
}
