package io.moor.shipper.shape;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Severity as OpenTelemetry's log data model numbers it. */
final class Severity {

    /** Fields that may hold it, the most telling first. */
    static final List<String> FIELDS =
            List.of("severity", "level", "severityText", "lvl", "log.level", "levelname");

    private static final Map<String, Integer> NUMBERS =
            Map.ofEntries(
                    Map.entry("TRACE", 1),
                    Map.entry("FINEST", 1),
                    Map.entry("VERBOSE", 1),
                    Map.entry("DEBUG", 5),
                    Map.entry("FINE", 5),
                    Map.entry("FINER", 5),
                    Map.entry("CONFIG", 9),
                    Map.entry("INFO", 9),
                    Map.entry("INFORMATION", 9),
                    Map.entry("INFORMATIONAL", 9),
                    Map.entry("NOTICE", 10),
                    Map.entry("WARN", 13),
                    Map.entry("WARNING", 13),
                    Map.entry("ERR", 17),
                    Map.entry("ERROR", 17),
                    Map.entry("SEVERE", 17),
                    Map.entry("CRITICAL", 21),
                    Map.entry("CRIT", 21),
                    Map.entry("FATAL", 21),
                    Map.entry("ALERT", 22),
                    Map.entry("PANIC", 23),
                    Map.entry("EMERGENCY", 24),
                    Map.entry("EMERG", 24));

    private Severity() {}

    /** Its number; null when nobody knows the word. */
    static @Nullable Integer number(String text) {
        return NUMBERS.get(text.toUpperCase(Locale.ROOT));
    }
}
