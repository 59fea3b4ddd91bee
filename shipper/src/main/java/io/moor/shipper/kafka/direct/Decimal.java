package io.moor.shipper.kafka.direct;

/**
 * A number that mostly grows by a little, and its decimal text: the start of a line is the end of
 * the one before it. Divisions are multiplications, which the first compiler of the JVM does not
 * make of them. Not thread-safe.
 */
final class Decimal {

    /** Digits of the largest {@code long}. */
    private static final int LONGEST = 19;

    /** Largest step that is added digit by digit. */
    private static final int LARGEST_STEP = 1 << 24;

    private final byte[] text = new byte[LONGEST];
    private int from = LONGEST;
    private long value = -1;

    /**
     * Takes a number.
     *
     * @param next zero or more
     */
    void set(long next) {
        if (next == value) {
            return;
        }
        long step = next - value;
        if (value >= 0 && step > 0 && step < LARGEST_STEP) {
            add((int) step);
        } else {
            write(next);
        }
        value = next;
    }

    private void write(long next) {
        from = LONGEST;
        long rest = next;
        do {
            long tenth = rest / 10;
            text[--from] = (byte) ('0' + (rest - tenth * 10));
            rest = tenth;
        } while (rest != 0);
    }

    private void add(int step) {
        int rest = step;
        for (int at = LONGEST - 1; rest != 0; at--) {
            if (at < from) {
                text[at] = '0';
                from = at;
            }
            int sum = text[at] - '0' + rest;
            // The exact tenth of anything below 2^31.
            int tenth = (int) ((sum * 0xCCCCCCCDL) >>> 35);
            text[at] = (byte) ('0' + (sum - tenth * 10));
            rest = tenth;
        }
    }

    int length() {
        return LONGEST - from;
    }

    /** Copies the digits; returns the index after them. */
    int writeTo(byte[] target, int at) {
        int length = LONGEST - from;
        System.arraycopy(text, from, target, at, length);
        return at + length;
    }
}
