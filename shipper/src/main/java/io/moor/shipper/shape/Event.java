package io.moor.shipper.shape;

import io.moor.shipper.frame.Framer;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One event on its way to a record. Reused for the next one; not thread-safe. */
final class Event {

    /** No time is known. */
    static final long NO_TIME = Framer.NO_TIME;

    /** What the application wrote; the text may have been redacted. */
    private byte[] bytes = {};

    private int from;
    private int to;
    private @Nullable String text;
    private Charset charset = StandardCharsets.UTF_8;

    /** What a parser found, in its order; values are strings, numbers or booleans. */
    final Map<String, Object> fields = new LinkedHashMap<>();

    long spanStart;

    /** Epoch milliseconds; of the container's runtime, or of the text when it says so. */
    long millis = NO_TIME;

    String iostream = "";
    boolean redacted;

    void begin(
            byte[] buffer,
            int first,
            int end,
            Charset encoding,
            long start,
            long eventMillis,
            String stream) {
        bytes = buffer;
        charset = encoding;
        from = first;
        to = end;
        text = null;
        fields.clear();
        spanStart = start;
        millis = eventMillis;
        iostream = stream;
        redacted = false;
    }

    Charset charset() {
        return charset;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Whether its bytes are what patterns look at. */
    boolean isUtf8() {
        return charset.equals(StandardCharsets.UTF_8);
    }

    /** The whole event; what is no text in its encoding shows as replacement characters. */
    String text() {
        String known = text;
        if (known == null) {
            known = new String(bytes, from, to - from, charset);
            text = known;
        }
        return known;
    }

    /** Another text stands for it from here on. */
    void replace(String with) {
        replace(with.getBytes(charset));
    }

    /** Other bytes stand for it from here on. */
    void replace(byte[] with) {
        bytes = with;
        from = 0;
        to = with.length;
        text = null;
        redacted = true;
    }

    /** The bytes by themselves, for whoever cannot look into a larger array. */
    byte[] copy() {
        byte[] copy = new byte[to - from];
        System.arraycopy(bytes, from, copy, 0, copy.length);
        return copy;
    }
}
