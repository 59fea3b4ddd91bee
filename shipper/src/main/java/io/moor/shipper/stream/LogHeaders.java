package io.moor.shipper.stream;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/** Names and encodings of the headers of a log record, cheap enough for every line. */
public final class LogHeaders {

    public static final String SPAN = "moor.span";
    public static final String FLAGS = "moor.flags";
    public static final String SKIPPED = "moor.skipped";

    /**
     * Bits of the flags; their header texts are sorted. None says {@code truncated}, which the
     * format knows: no value is ever cut short, what is too long becomes pieces.
     */
    public static final int CONTINUED = 1;

    public static final int DEAD_LETTER = 2;
    public static final int MULTILINE = 4;
    public static final int PARTIAL = 8;
    public static final int REDACTED = 16;
    public static final int SPLIT = 32;

    /** Never in a header: the bytes become no record, by a rule. */
    public static final int DROPPED = 128;

    public static final int SAMPLED = 256;
    public static final int LEFT_OUT = DROPPED | SAMPLED;

    private static final String[] NAMES = {
        "continued", "dead-letter", "multiline", "partial", "redacted", "split"
    };
    private static final byte[] @Nullable [] FLAG_TEXTS = flagTexts();
    private static final int LONGEST_NUMBER = 19;

    private LogHeaders() {}

    /**
     * The header value for a set of flags, or null when there is nothing to say. Not to be changed.
     */
    public static byte @Nullable [] flags(int bits) {
        return FLAG_TEXTS[bits];
    }

    /**
     * The header value {@code FILEID:START-END}.
     *
     * @param prefix {@code FILEID:} in ASCII
     */
    public static byte[] span(byte[] prefix, long start, long end) {
        int length = prefix.length + digits(start) + 1 + digits(end);
        byte[] text = new byte[length];
        System.arraycopy(prefix, 0, text, 0, prefix.length);
        int dash = length - digits(end) - 1;
        number(text, length, end);
        text[dash] = '-';
        number(text, dash, start);
        return text;
    }

    private static void number(byte[] text, int end, long number) {
        int at = end;
        long rest = number;
        do {
            long next = rest / 10;
            text[--at] = (byte) ('0' + (rest - next * 10));
            rest = next;
        } while (rest != 0);
    }

    private static int digits(long number) {
        long limit = 10;
        for (int digits = 1; digits < LONGEST_NUMBER; digits++) {
            if (number < limit) {
                return digits;
            }
            limit *= 10;
        }
        return LONGEST_NUMBER;
    }

    private static byte[] @Nullable [] flagTexts() {
        byte[] @Nullable [] texts = new byte[1 << NAMES.length][];
        for (int bits = 1; bits < texts.length; bits++) {
            StringBuilder text = new StringBuilder();
            for (int flag = 0; flag < NAMES.length; flag++) {
                if ((bits & (1 << flag)) != 0) {
                    text.append(text.isEmpty() ? "" : ",").append(NAMES[flag]);
                }
            }
            texts[bits] = text.toString().getBytes(StandardCharsets.US_ASCII);
        }
        return texts;
    }
}
