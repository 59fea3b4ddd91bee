package io.moor.shipper.stream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Bytes that no record stands for, on purpose. As a header: comma-separated {@code
 * START-END:REASON} of the bytes before the record.
 *
 * @param start first byte
 * @param end after the last byte
 * @param reason {@code drop}, {@code sample} or {@code dead-letter}
 */
public record SkippedRange(long start, long end, String reason) {

    /** Of events that a rule drops. */
    public static final String DROP = "drop";

    /** Of events that a rule samples away. */
    public static final String SAMPLE = "sample";

    /** Of lines that are in {@code moor.dead-letters}. */
    public static final String DEAD_LETTER = "dead-letter";

    public SkippedRange {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("not a range: " + start + "-" + end);
        }
    }

    public long length() {
        return end - start;
    }

    /** Whether another range goes on where this one ends, for the same reason. */
    public boolean isContinuedBy(SkippedRange next) {
        return next.start == end && next.reason.equals(reason);
    }

    /** The header of some ranges. */
    public static byte[] header(List<SkippedRange> ranges) {
        return ranges.stream()
                .map(SkippedRange::toString)
                .collect(Collectors.joining(","))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * @throws IllegalArgumentException when the header is not a list of ranges
     */
    public static List<SkippedRange> parse(byte[] header) {
        List<SkippedRange> ranges = new ArrayList<>();
        for (String text : new String(header, StandardCharsets.US_ASCII).split(",")) {
            int dash = text.indexOf('-');
            int colon = text.indexOf(':', dash + 1);
            if (dash < 0 || colon < 0) {
                throw new IllegalArgumentException("not a skipped range: " + text);
            }
            ranges.add(
                    new SkippedRange(
                            Long.parseLong(text, 0, dash, 10),
                            Long.parseLong(text, dash + 1, colon, 10),
                            text.substring(colon + 1)));
        }
        return ranges;
    }

    @Override
    public String toString() {
        return start + "-" + end + ":" + reason;
    }
}
