package io.moor.shipper.shape;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;

/**
 * When an event happened, as a field of it tells.
 *
 * @param field which
 * @param format {@code rfc3339}, {@code unix}, {@code unix-ms}, or a pattern of {@link
 *     DateTimeFormatter}; times without a zone are UTC
 */
public record EventTime(String field, String format) {

    private static final String RFC_3339 = "rfc3339";
    private static final String UNIX = "unix";
    private static final String UNIX_MS = "unix-ms";

    public EventTime {
        if (field.isEmpty()) {
            throw new IllegalArgumentException("'time' needs the name of a field");
        }
        if (!format.equals(RFC_3339) && !format.equals(UNIX) && !format.equals(UNIX_MS)) {
            pattern(format);
        }
    }

    private static DateTimeFormatter pattern(String format) {
        try {
            return DateTimeFormatter.ofPattern(format, Locale.ENGLISH);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'"
                            + format
                            + "' is no format of times; take rfc3339, unix, unix-ms or a pattern"
                            + " like 'dd/MMM/yyyy:HH:mm:ss Z': "
                            + e.getMessage(),
                    e);
        }
    }

    /** Reads the times of one stream. */
    Reader reader() {
        return switch (format) {
            case RFC_3339 -> EventTime::rfc3339;
            case UNIX -> value -> scaled(value, 1_000);
            case UNIX_MS -> value -> scaled(value, 1);
            default -> {
                DateTimeFormatter formatter = pattern(format);
                yield value -> formatted(value, formatter);
            }
        };
    }

    /** Reads a time. */
    @FunctionalInterface
    interface Reader {
        /**
         * @return epoch milliseconds; empty when it is no such time
         */
        Optional<Long> read(Object value);
    }

    private static Optional<Long> rfc3339(Object value) {
        try {
            return Optional.of(
                    DateTimeFormatter.ISO_OFFSET_DATE_TIME
                            .parse(value.toString().replace(' ', 'T'), Instant::from)
                            .toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> scaled(Object value, double factor) {
        try {
            double millis = Double.parseDouble(value.toString()) * factor;
            // Beyond the year 9999 it is no time but something else.
            return Math.abs(millis) < 253_402_300_800_000d
                    ? Optional.of(Math.round(millis))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> formatted(Object value, DateTimeFormatter formatter) {
        try {
            TemporalAccessor time = formatter.parse(value.toString());
            if (time.isSupported(ChronoField.INSTANT_SECONDS)) {
                return Optional.of(Instant.from(time).toEpochMilli());
            }
            @Nullable LocalDate date = time.query(TemporalQueries.localDate());
            @Nullable LocalTime clock = time.query(TemporalQueries.localTime());
            @Nullable ZoneId zone = time.query(TemporalQueries.zone());
            if (date == null || clock == null) {
                return Optional.empty();
            }
            return Optional.of(
                    date.atTime(clock)
                            .atZone(zone == null ? ZoneOffset.UTC : zone)
                            .toInstant()
                            .toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
