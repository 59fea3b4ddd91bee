package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a read_committed reader of a topic sees. */
final class ShippedLines {

    private ShippedLines() {}

    static List<ConsumerRecord<String, String>> of(String kafka, String topic) {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed");
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new StringDeserializer())) {
            var partitions =
                    consumer.partitionsFor(topic, Duration.ofSeconds(5)).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            var records = new ArrayList<ConsumerRecord<String, String>>();
            while (partitions.stream()
                    .anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        } catch (TimeoutException e) {
            return List.of();
        }
    }

    static List<String> values(String kafka, String topic) {
        return of(kafka, topic).stream().map(ConsumerRecord::value).toList();
    }

    /**
     * Every span begins where the one before it in its generation ended: nothing lost or doubled.
     */
    static void assertGapless(List<ConsumerRecord<String, String>> records) {
        var next = new HashMap<String, Long>();
        for (var each : records) {
            var span =
                    new String(
                            each.headers().lastHeader("moor.span").value(), StandardCharsets.UTF_8);
            var colon = span.indexOf(':');
            var dash = span.indexOf('-');
            var file = each.key() + " " + span.substring(0, colon);
            var start = Long.parseLong(span.substring(colon + 1, dash));
            assertThat(start).as(span).isEqualTo(next.getOrDefault(file, 0L));
            next.put(file, Long.parseLong(span.substring(dash + 1)));
        }
    }
}
