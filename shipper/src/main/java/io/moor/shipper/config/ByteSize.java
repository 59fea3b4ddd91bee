package io.moor.shipper.config;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 1MiB}, {@code 2 GiB}, {@code 512KiB}, {@code 10MB} (powers of
 * ten) or as a plain number.
 *
 * @param bytes at least 0
 */
public record ByteSize(@JsonValue long bytes) {

    private static final Pattern FORM =
            Pattern.compile("(\\d{1,19}) ?(B|KiB|MiB|GiB|TiB|KB|kB|MB|GB|TB)?");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is not negative");
        }
    }

    /**
     * @throws IllegalArgumentException when the text is not a size, or is over 8 EiB
     */
    public static ByteSize parse(String text) {
        var matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw wrong(text);
        }
        var unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
        var base = unit.length() == 3 ? 1024L : 1000L;
        var power = "BKMGT".indexOf(unit.charAt(0));
        try {
            var factor = 1L;
            for (var i = 0; i < power; i++) {
                factor *= base;
            }
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is too large for a size", e);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a size; write 512KiB, 1MiB, 2GiB or a number of bytes");
    }

    /** For people: {@code 1MiB} when it is even, else one decimal. */
    @Override
    public String toString() {
        var units = new String[] {"B", "KiB", "MiB", "GiB", "TiB"};
        var unit = 0;
        var value = (double) bytes;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return value == Math.rint(value)
                ? (long) value + units[unit]
                : String.format(Locale.ROOT, "%.1f%s", value, units[unit]);
    }
}
