package io.moor.bench;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/** Which lines of which files came: {@code FILE NUMBER padding}. Not thread-safe. */
final class Arrivals {

    private static final int DIGITS = 10;
    private static final byte[] PADDING = new byte[LogLines.LINE_BYTES - 2 * DIGITS - 2];

    static {
        byte[] plain = LogLines.plain(77).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(plain, 20, PADDING, 0, PADDING.length);
        PADDING[PADDING.length - 1] = '\n';
    }

    private final BitSet[] seen;
    private final int[] last;
    private long different;
    private long doubled;
    private long reordered;

    Arrivals(int files) {
        this.seen = new BitSet[files];
        this.last = new int[files];
        Arrays.setAll(seen, _ -> new BitSet());
        Arrays.fill(last, -1);
    }

    /** A line of {@value LogLines#LINE_BYTES} bytes. */
    static void format(ByteBuffer to, int file, long number) {
        digits(to, file);
        digits(to, number);
        to.put(PADDING);
    }

    private static void digits(ByteBuffer to, long number) {
        long rest = number;
        int begin = to.position();
        for (int at = begin + DIGITS - 1; at >= begin; at--) {
            to.put(at, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        to.position(begin + DIGITS).put((byte) ' ');
    }

    void add(byte[] line) {
        int file = number(line, 0);
        int number = number(line, DIGITS + 1);
        if (seen[file].get(number)) {
            doubled++;
            return;
        }
        seen[file].set(number);
        different++;
        if (number < last[file]) {
            reordered++;
        }
        last[file] = Math.max(last[file], number);
    }

    private static int number(byte[] line, int from) {
        int number = 0;
        for (int at = from; at < from + DIGITS; at++) {
            number = number * 10 + line[at] - '0';
        }
        return number;
    }

    long different() {
        return different;
    }

    long doubled() {
        return doubled;
    }

    /** Lines that came after a later one of their file. */
    long reordered() {
        return reordered;
    }
}
