package io.moor.bench;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The baseline of the shipping benchmark: the lines of a file through a plain {@link
 * KafkaProducer}, without keys, headers, transactions or checkpoints. Arguments: BOOTSTRAP TOPIC
 * FILE.
 */
public final class PlainProducer {

    private PlainProducer() {}

    public static void main(String[] arguments) throws IOException {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        long lines = 0;
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(
                                Map.of(
                                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                        arguments[0],
                                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                        "lz4",
                                        ProducerConfig.LINGER_MS_CONFIG,
                                        20,
                                        ProducerConfig.BATCH_SIZE_CONFIG,
                                        512 * 1024),
                                new ByteArraySerializer(),
                                new ByteArraySerializer());
                InputStream in =
                        new BufferedInputStream(
                                Files.newInputStream(Path.of(arguments[2])), 256 * 1024)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                    continue;
                }
                var _ =
                        producer.send(
                                new ProducerRecord<>(arguments[1], line.toByteArray()),
                                (metadata, exception) -> {
                                    if (exception != null) {
                                        failure.set(exception);
                                    }
                                });
                line.reset();
                lines++;
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new IOException("a record was not sent", failure.get());
        }
        System.out.println(lines);
    }
}
