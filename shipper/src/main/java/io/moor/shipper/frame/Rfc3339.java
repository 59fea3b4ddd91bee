package io.moor.shipper.frame;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Times as {@code 2016-10-06T00:17:09.669794202+02:00}, read from bytes without garbage. */
final class Rfc3339 {

    private static final int SECONDS_END = 19;

    private Rfc3339() {}

    /**
     * @return epoch milliseconds; {@link ContainerLine#NO_TIME} when it is no such time
     */
    static long millis(byte[] text, int from, int to) {
        if (to - from <= SECONDS_END
                || text[from + 4] != '-'
                || text[from + 7] != '-'
                || (text[from + 10] != 'T' && text[from + 10] != 't')
                || text[from + 13] != ':'
                || text[from + 16] != ':') {
            return ContainerLine.NO_TIME;
        }
        int at = from + SECONDS_END;
        int millis = 0;
        if (text[at] == '.') {
            int digits = 0;
            for (at++; at < to && Ascii.isDigit(text[at]); at++) {
                millis = digits < 3 ? millis * 10 + text[at] - '0' : millis;
                digits++;
            }
            for (; digits < 3; digits++) {
                millis *= 10;
            }
        }
        int offset = offsetSeconds(text, at, to);
        try {
            long seconds =
                    LocalDateTime.of(
                                    number(text, from, 4),
                                    number(text, from + 5, 2),
                                    number(text, from + 8, 2),
                                    number(text, from + 11, 2),
                                    number(text, from + 14, 2),
                                    // A leap second is the last one once more.
                                    Math.min(59, number(text, from + 17, 2)))
                            .toEpochSecond(ZoneOffset.UTC);
            return offset == Integer.MIN_VALUE
                    ? ContainerLine.NO_TIME
                    : (seconds - offset) * 1000 + millis;
        } catch (DateTimeException e) {
            return ContainerLine.NO_TIME;
        }
    }

    private static int offsetSeconds(byte[] text, int at, int to) {
        if (to - at == 1 && (text[at] == 'Z' || text[at] == 'z')) {
            return 0;
        }
        boolean signed =
                to - at == 6 && (text[at] == '+' || text[at] == '-') && text[at + 3] == ':';
        if (!signed) {
            return Integer.MIN_VALUE;
        }
        int hours = number(text, at + 1, 2);
        int minutes = number(text, at + 4, 2);
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3600 + minutes * 60;
        return text[at] == '-' ? -seconds : seconds;
    }

    /** -1 when there are other characters. */
    private static int number(byte[] text, int from, int digits) {
        int number = 0;
        for (int at = from; at < from + digits; at++) {
            if (!Ascii.isDigit(text[at])) {
                return -1;
            }
            number = number * 10 + text[at] - '0';
        }
        return number;
    }
}
