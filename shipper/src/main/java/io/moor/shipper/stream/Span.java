package io.moor.shipper.stream;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The bytes of one generation that a record stands for: {@code FILEID:START-END}, zero-based,
 * half-open, line end included.
 *
 * @param fileId generation, 16 lowercase hex digits
 * @param start first byte
 * @param end after the last byte, at least {@code start}
 */
public record Span(String fileId, long start, long end) {

    public Span {
        if (!FileIds.isValid(fileId) || start < 0 || end < start) {
            throw new IllegalArgumentException("not a span: " + fileId + ":" + start + "-" + end);
        }
    }

    public long length() {
        return end - start;
    }

    /** Empty when the text is not a span. */
    public static Optional<Span> parse(byte[] header) {
        String text = new String(header, StandardCharsets.US_ASCII);
        int colon = text.indexOf(':');
        int dash = text.indexOf('-', colon + 1);
        if (colon < 0 || dash < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Span(
                            text.substring(0, colon),
                            Long.parseLong(text, colon + 1, dash, 10),
                            Long.parseLong(text, dash + 1, text.length(), 10)));
        } catch (IllegalArgumentException notASpan) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return fileId + ":" + start + "-" + end;
    }
}
