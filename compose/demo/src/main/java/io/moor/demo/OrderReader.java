package io.moor.demo;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A data engineer's reader: a plain read_committed consumer that knows nothing of Moor but the
 * record key.
 */
final class OrderReader {

    private static final Pattern ORDER = Pattern.compile(" order=(\\d+) ");

    private final String kafka;

    OrderReader(String kafka) {
        this.kafka = kafka;
    }

    /**
     * What the reader saw of one stream.
     *
     * @param numbers every order number that was logged
     * @param doubled numbers seen more than once
     * @param outOfOrder how many lines came after a later one
     */
    record Seen(Set<Long> numbers, Set<Long> doubled, int outOfOrder) {}

    /**
     * Reads a topic from its beginning to its end and returns the orders logged in streams whose
     * key contains the text.
     */
    Seen read(String topic, String keyContains) {
        Set<Long> numbers = new TreeSet<>();
        Set<Long> doubled = new TreeSet<>();
        int outOfOrder = 0;
        long last = 0;
        for (ConsumerRecord<String, byte[]> line : lines(topic, keyContains)) {
            Matcher order = ORDER.matcher(new String(line.value(), StandardCharsets.UTF_8));
            if (!order.find()) {
                continue;
            }
            long number = Long.parseLong(order.group(1));
            if (!numbers.add(number)) {
                doubled.add(number);
            }
            if (number < last) {
                outOfOrder++;
            }
            last = number;
        }
        return new Seen(numbers, doubled, outOfOrder);
    }

    /** The records whose key contains the text, in the order of their partitions. */
    List<ConsumerRecord<String, byte[]>> lines(String topic, String keyContains) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = consumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> line : consumer.poll(Duration.ofMillis(200))) {
                    if (line.key() != null && line.key().contains(keyContains)) {
                        found.add(line);
                    }
                }
            }
        }
        return found;
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafka,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }
}
