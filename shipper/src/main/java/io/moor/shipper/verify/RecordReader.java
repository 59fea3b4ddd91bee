package io.moor.shipper.verify;

import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.SkippedRange;
import io.moor.shipper.stream.Span;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Hands each record of a data topic to the proof of its stream. Three kinds: one that accounts for
 * bytes; one of Moor that cannot be understood (broken); one that carries no header of Moor at all
 * (foreign). Nothing that a record holds can stop the reading.
 */
final class RecordReader {

    /** Where records of Moor without a key are counted; no stream has this key. */
    private static final String NO_KEY = "-";

    /** Flags of values that are bytes of the file all the same. */
    private static final Set<String> UNALTERED =
            Set.of("continued", "dead-letter", "partial", "split");

    private final Map<String, StreamProof> proofs;
    private final LongConsumer progress;
    private long records;
    private long foreign;

    /**
     * @param proofs by the key of the stream; missing ones are added
     * @param progress is told the number of records after each of them
     */
    RecordReader(Map<String, StreamProof> proofs, LongConsumer progress) {
        this.proofs = proofs;
        this.progress = progress;
    }

    /** Records that Moor did not write. */
    long foreign() {
        return foreign;
    }

    void read(ConsumerRecord<byte[], byte[]> line) {
        progress.accept(++records);
        Header span = line.headers().lastHeader(LogHeaders.SPAN);
        Header skipped = line.headers().lastHeader(LogHeaders.SKIPPED);
        Header flags = line.headers().lastHeader(LogHeaders.FLAGS);
        if (span == null && skipped == null && flags == null) {
            foreign++;
            return;
        }
        String key = line.key() == null ? NO_KEY : new String(line.key(), StandardCharsets.UTF_8);
        StreamProof proof = proofs.computeIfAbsent(key, _ -> new StreamProof());
        Optional<Span> stood = span == null ? Optional.empty() : Span.parse(bytes(span));
        if (line.key() == null || line.value() == null || stood.isEmpty()) {
            proof.broken(line.partition());
            return;
        }
        Optional<List<SkippedRange>> before = before(skipped, stood.get());
        if (before.isEmpty()) {
            proof.broken(line.partition());
        }
        proof.record(
                line.partition(),
                stood.get(),
                line.value(),
                before.orElse(List.of()),
                flags != null && isAltered(bytes(flags)));
    }

    /**
     * The skipped ranges of a record; empty when they cannot be understood or are not before it.
     */
    private static Optional<List<SkippedRange>> before(@Nullable Header skipped, Span span) {
        if (skipped == null) {
            return Optional.of(List.of());
        }
        try {
            return Optional.of(SkippedRange.parse(bytes(skipped)))
                    .filter(ranges ->
                            ranges.stream().allMatch(range -> range.end() <= span.start()));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** Whether a flag may change the value; one that is not known here may. */
    private static boolean isAltered(byte[] flags) {
        return !UNALTERED.containsAll(
                List.of(new String(flags, StandardCharsets.US_ASCII).split(",")));
    }

    private static byte[] bytes(Header header) {
        return header.value() == null ? new byte[0] : header.value();
    }
}
