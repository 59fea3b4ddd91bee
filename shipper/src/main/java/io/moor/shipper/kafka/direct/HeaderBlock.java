package io.moor.shipper.kafka.direct;

import io.moor.shipper.stream.LogHeaders;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The encoded headers of one record, in a buffer that is used again. Not thread-safe. */
final class HeaderBlock {

    private static final byte[] SPAN = LogHeaders.SPAN.getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST_BYTES = 256;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private int count;
    private final Decimal spanStart = new Decimal();
    private final Decimal spanEnd = new Decimal();

    /** No headers. */
    void clear() {
        length = 0;
        count = 0;
    }

    /** Adds {@code moor.span}, {@code PREFIX START-END}. */
    void span(byte[] prefix, long start, long end) {
        spanStart.set(start);
        spanEnd.set(end);
        int size = prefix.length + spanStart.length() + 1 + spanEnd.length();
        int at = name(SPAN, size);
        System.arraycopy(prefix, 0, bytes, at, prefix.length);
        at = spanStart.writeTo(bytes, at + prefix.length);
        bytes[at++] = '-';
        length = spanEnd.writeTo(bytes, at);
    }

    /** Adds any header. */
    void add(byte[] name, byte[] value) {
        int at = name(name, value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        length = at + value.length;
    }

    /** Writes a name and the length of its value; returns where the value goes. */
    private int name(byte[] name, int valueLength) {
        int needed = length + name.length + valueLength + 2 * Varints.LONGEST_INT;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
        int at = Varints.write(bytes, length, name.length);
        System.arraycopy(name, 0, bytes, at, name.length);
        count++;
        return Varints.write(bytes, at + name.length, valueLength);
    }

    /** Bytes of the block, the number of headers included. */
    int length() {
        return Varints.size(count) + length;
    }

    /** Copies the block; returns the index after it. */
    int writeTo(byte[] target, int at) {
        int next = Varints.write(target, at, count);
        System.arraycopy(bytes, 0, target, next, length);
        return next + length;
    }
}
