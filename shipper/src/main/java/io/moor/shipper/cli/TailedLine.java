package io.moor.shipper.cli;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.moor.shipper.stream.LogHeaders;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * A record as {@code moor logs tail --output json} prints it.
 *
 * @param stream the record key; empty when there is none
 * @param topic where it is
 * @param partition of the topic
 * @param offset in the partition
 * @param timestamp of the record
 * @param span header {@code moor.span}, empty when there is none
 * @param flags header {@code moor.flags}
 * @param skipped header {@code moor.skipped}, one {@code START-END:REASON} each
 * @param line the value as text; null when it is not UTF-8
 * @param lineBase64 the value when it is not UTF-8
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TailedLine(
        String stream,
        String topic,
        int partition,
        long offset,
        Instant timestamp,
        String span,
        List<String> flags,
        List<String> skipped,
        @Nullable String line,
        @Nullable String lineBase64) {

    static TailedLine of(ConsumerRecord<byte[], byte[]> record) {
        String text = text(record.value());
        return new TailedLine(
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                record.topic(),
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                header(record, LogHeaders.SPAN),
                list(header(record, LogHeaders.FLAGS)),
                list(header(record, LogHeaders.SKIPPED)),
                text,
                text == null ? Base64.getEncoder().encodeToString(record.value()) : null);
    }

    private static @Nullable String text(byte[] value) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException otherEncoding) {
            return null;
        }
    }

    private static List<String> list(String header) {
        return header.isEmpty() ? List.of() : List.of(header.split(","));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null
                ? ""
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
