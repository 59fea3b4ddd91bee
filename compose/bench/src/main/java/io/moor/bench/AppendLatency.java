package io.moor.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Appends a line a second to each of some files, one after the other, and measures how long each
 * line takes to a read_committed consumer. Writer and reader share a clock. Arguments: BOOTSTRAP
 * TOPIC SECONDS FILE…
 */
public final class AppendLatency {

    private static final String MARK = "appended ";

    private AppendLatency() {}

    public static void main(String[] arguments) throws Exception {
        String topic = arguments[1];
        int seconds = Integer.parseInt(arguments[2]);
        List<Path> files = Arrays.stream(arguments).skip(3).map(Path::of).toList();
        AtomicBoolean failed = new AtomicBoolean();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                arguments[0],
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            consumer.position(partitions.getFirst());
            Thread writer =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                try {
                                    append(files, seconds);
                                } catch (IOException | InterruptedException e) {
                                    failed.set(true);
                                }
                            });
            long expected = (long) files.size() * seconds;
            List<Long> nanos = receive(consumer, expected, seconds + 60L);
            writer.join();
            if (failed.get() || nanos.size() != expected) {
                throw new IOException("sent " + expected + ", received " + nanos.size());
            }
            print(nanos);
        }
    }

    private static void append(List<Path> files, int seconds)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long pause = 1_000_000_000L / files.size();
        for (long line = 0; line < (long) seconds * files.size(); line++) {
            long wait = begin + line * pause - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(Duration.ofNanos(wait));
            }
            Files.writeString(
                    files.get((int) (line % files.size())),
                    MARK + System.nanoTime() + "\n",
                    StandardOpenOption.APPEND);
        }
    }

    private static List<Long> receive(
            KafkaConsumer<byte[], byte[]> consumer, long expected, long seconds) {
        List<Long> nanos = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (nanos.size() < expected && System.nanoTime() - end < 0) {
            for (ConsumerRecord<byte[], byte[]> line : consumer.poll(Duration.ofMillis(500))) {
                String value = new String(line.value(), UTF_8);
                if (value.startsWith(MARK)) {
                    nanos.add(System.nanoTime() - Long.parseLong(value.substring(MARK.length())));
                }
            }
        }
        return nanos;
    }

    private static void print(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        System.out.printf(
                "append to read_committed consumer, %d lines: p50 %.1f ms  p99 %.1f ms  largest"
                        + " %.1f ms%n",
                sorted.size(), at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
    }

    private static double at(List<Long> sorted, double share) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.round(sorted.size() * share)))
                / 1e6;
    }
}
