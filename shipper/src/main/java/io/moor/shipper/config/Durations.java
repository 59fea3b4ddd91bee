package io.moor.shipper.config;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 250ms}, {@code 100s}, {@code 5m}, {@code 1h}, {@code 2d}.
 */
public final class Durations {

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    private Durations() {}

    /**
     * @throws IllegalArgumentException when the text is not a duration with a unit
     */
    public static Duration parse(String text) {
        var matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration; write 250ms, 100s, 5m or 1h");
        }
        var amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
