package io.moor.shipper.imports;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Limits for lines. Pure, but for what it tells. */
final class Sizes {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*([kmg]?)i?b?");
    private static final long DEFAULT = 1 << 20;
    private static final long MOST = 64L << 20;

    private Sizes() {}

    /**
     * The longest line for {@code max-line}; 0 where Moor's default is enough.
     *
     * @param setting a number of bytes, or {@code 64k}, {@code 2MiB}
     */
    static long maxLine(Setting setting, Findings findings) {
        Matcher size = FORM.matcher(setting.value().strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            findings.lost(setting, "it is not a size; write it into 'max-line'");
            return 0;
        }
        long factor =
                switch (size.group(2)) {
                    case "k" -> 1L << 10;
                    case "m" -> 1L << 20;
                    case "g" -> 1L << 30;
                    default -> 1;
                };
        long bytes = Long.parseLong(size.group(1)) * factor;
        if (bytes > MOST) {
            findings.note(setting, "'max-line' is 64MiB at most; longer lines are split");
            return MOST;
        }
        if (bytes <= DEFAULT) {
            findings.note(
                    setting,
                    "nothing is lost of a longer line; 'max-line' keeps its default, 1MiB, beyond"
                            + " which lines are split");
            return 0;
        }
        return bytes;
    }
}
