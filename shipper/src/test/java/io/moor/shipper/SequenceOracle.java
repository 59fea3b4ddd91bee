package io.moor.shipper;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a plain read_committed reader of a topic got of numbered lines, told without any code of the
 * shipper: of each file 0, 1, 2 and so on, once, in order.
 */
final class SequenceOracle {

    private final BitSet[] seen;
    private final long[] last;
    private long doubled;
    private long reordered;

    private SequenceOracle(int files) {
        seen = new BitSet[files];
        last = new long[files];
        for (int file = 0; file < files; file++) {
            seen[file] = new BitSet();
            last[file] = -1;
        }
    }

    /**
     * @param lost lines of which no record came
     * @param doubled records of lines that had come before
     * @param reordered lines that came after a later line of their file
     * @param lines that were written
     */
    record Result(long lost, long doubled, long reordered, long lines) {}

    static Result read(String kafka, String topic, long[] written) {
        SequenceOracle oracle = new SequenceOracle(written.length);
        oracle.consume(kafka, topic);
        long lost = 0;
        long lines = 0;
        for (int file = 0; file < written.length; file++) {
            lines += written[file];
            lost += written[file] - oracle.seen[file].get(0, (int) written[file]).cardinality();
            if (oracle.seen[file].length() > written[file]) {
                throw new AssertionError("lines that nobody wrote");
            }
        }
        return new Result(lost, oracle.doubled, oracle.reordered, lines);
    }

    private void consume(String kafka, String topic) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", kafka);
        properties.put("isolation.level", "read_committed");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 20_000);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 16 << 20);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> line : consumer.poll(Duration.ofMillis(200))) {
                    take(line.value());
                }
            }
        }
    }

    private void take(byte[] value) {
        int file = (int) number(value, 0, 2);
        long number = number(value, 3, 13);
        if (seen[file].get((int) number)) {
            doubled++;
        } else if (number < last[file]) {
            reordered++;
        }
        seen[file].set((int) number);
        last[file] = Math.max(last[file], number);
    }

    private static long number(byte[] value, int from, int to) {
        long number = 0;
        for (int at = from; at < to; at++) {
            number = number * 10 + value[at] - '0';
        }
        return number;
    }
}
