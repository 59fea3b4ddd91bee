package io.moor.bench;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Partition 0 of a topic, as a reader sees it. Not thread-safe. */
final class Broker implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;

    /**
     * @param committed whether records of open transactions are not there yet
     */
    Broker(String bootstrap, String topic, boolean committed) {
        this.partition = new TopicPartition(topic, 0);
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                committed ? "read_committed" : "read_uncommitted",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                10_000,
                                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                                8 << 20),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    /** The offset after the last record. */
    long end() {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }

    /** Where the next {@link #read} begins. */
    long position() {
        return consumer.position(partition);
    }

    /** What is next, for at most this long. */
    int read(Duration most, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        var records = consumer.poll(most);
        records.forEach(each);
        return records.count();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
