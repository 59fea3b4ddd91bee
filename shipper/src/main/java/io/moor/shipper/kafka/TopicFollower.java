package io.moor.shipper.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Follows a topic as committed records arrive. */
public final class TopicFollower {

    private static final Duration POLL = Duration.ofMillis(250);

    private final KafkaClients clients;

    public TopicFollower(KafkaClients clients) {
        this.clients = clients;
    }

    /**
     * Gives records away until the thread is interrupted.
     *
     * @param fromBeginning from the oldest record instead of the end
     * @param ready called once, when every record that is committed from now on will be given away
     * @throws KafkaException when Kafka cannot be read
     * @throws IllegalArgumentException when the topic does not exist
     */
    public void follow(
            String topic,
            boolean fromBeginning,
            Runnable ready,
            Consumer<ConsumerRecord<byte[], byte[]>> lines) {
        try (KafkaConsumer<byte[], byte[]> consumer = clients.committedReader()) {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic);
            if (partitions == null || partitions.isEmpty()) {
                throw new IllegalArgumentException("the topic '" + topic + "' does not exist");
            }
            List<TopicPartition> all =
                    partitions.stream()
                            .map(partition -> new TopicPartition(topic, partition.partition()))
                            .toList();
            consumer.assign(all);
            if (fromBeginning) {
                consumer.seekToBeginning(all);
            } else {
                consumer.seekToEnd(all);
            }
            all.forEach(consumer::position);
            ready.run();
            while (!Thread.currentThread().isInterrupted()) {
                consumer.poll(POLL).forEach(lines);
            }
        }
    }
}
