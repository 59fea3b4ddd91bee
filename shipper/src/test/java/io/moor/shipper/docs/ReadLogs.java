package io.moor.shipper.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Prints the lines of a topic, each after its stream; the pieces of a line are put together. */
public final class ReadLogs {

    private final Map<String, Piece> begun = new HashMap<>();

    /** The begin of a line whose rest is in later records. */
    private record Piece(String text, boolean partial) {}

    public static void main(String[] args) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers",
                        args[0],
                        "group.id",
                        args[2],
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        "read_committed");
        ReadLogs reader = new ReadLogs();
        try (var consumer =
                new KafkaConsumer<>(
                        properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(args[1]));
            while (true) {
                consumer.poll(Duration.ofSeconds(1)).forEach(reader::read);
            }
        }
    }

    private void read(ConsumerRecord<String, byte[]> line) {
        String[] span = header(line, "moor.span").split("[:-]");
        List<String> flags = List.of(header(line, "moor.flags").split(","));
        long start = Long.parseLong(span[1]);
        long around = Long.parseLong(span[2]) - start - line.value().length;
        boolean mark = start == 0 && around >= 3; // a byte order mark
        boolean hasLineEnd = around > (mark ? 3 : 0);
        boolean partial = flags.contains("partial");
        String text = new String(line.value(), UTF_8);
        Piece before = begun.remove(line.key());
        if (before != null && before.partial() && !flags.contains("continued")) {
            System.out.println(line.key() + " " + before.text());
        } else if (before != null) {
            text = before.text() + text;
        }
        if (partial || (flags.contains("split") && !hasLineEnd)) {
            begun.put(line.key(), new Piece(text, partial));
        } else {
            System.out.println(line.key() + " " + text);
        }
    }

    private static String header(ConsumerRecord<String, byte[]> line, String name) {
        var header = line.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
