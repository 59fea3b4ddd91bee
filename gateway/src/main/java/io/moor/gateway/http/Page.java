package io.moor.gateway.http;

import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param items its entries
 * @param next cursor of the following page; null when there is none
 */
public record Page<T>(List<T> items, @Nullable String next) {

    private static final int LIMIT_DEFAULT = 100;

    public Page {
        items = List.copyOf(items);
    }

    /**
     * A page of rows that were read with one more than asked for, to know whether there is more.
     */
    public static <T, V> Page<V> of(
            List<T> rows, Wanted wanted, Function<T, String> position, Function<T, V> view) {
        boolean more = rows.size() > wanted.limit();
        List<T> shown = more ? rows.subList(0, wanted.limit()) : rows;
        return new Page<>(
                shown.stream().map(view).toList(),
                more ? encode(position.apply(shown.getLast())) : null);
    }

    private static String encode(String position) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @param limit entries at most
     * @param after position of the last entry of the page before; empty for the first page
     */
    public record Wanted(int limit, String after) {

        static Wanted of(@Nullable String limit, @Nullable String cursor) {
            return new Wanted(
                    limit == null ? LIMIT_DEFAULT : number(limit),
                    cursor == null ? "" : decode(cursor));
        }

        /** A number in JSON may be written as 1e2 too, which the contract lets through. */
        private static int number(String limit) {
            try {
                return Integer.parseInt(limit);
            } catch (NumberFormatException e) {
                throw new Problem(
                        ProblemType.BAD_REQUEST,
                        "'limit' is a whole number in decimal digits, not '" + limit + "'.");
            }
        }

        /** How many rows to read. */
        public int rows() {
            return limit + 1;
        }

        /** The position as a time and an id, from {@code TIME|ID}. */
        public TimeAndId timeAndId() {
            if (after.isEmpty()) {
                return new TimeAndId(Instant.EPOCH, "");
            }
            int bar = after.indexOf('|');
            try {
                return new TimeAndId(
                        Instant.parse(after.substring(0, Math.max(0, bar))),
                        after.substring(bar + 1));
            } catch (DateTimeException e) {
                throw notOurs();
            }
        }

        /** The position as a number, from above when there is none. */
        public long number() {
            try {
                return after.isEmpty() ? Long.MAX_VALUE : Long.parseLong(after);
            } catch (NumberFormatException e) {
                throw notOurs();
            }
        }

        private static String decode(String cursor) {
            try {
                return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw notOurs();
            }
        }

        private static Problem notOurs() {
            return new Problem(
                    ProblemType.BAD_REQUEST,
                    "The cursor is not one of this API; use 'next' of the page before as it is.");
        }
    }

    /** A position in a list by age. */
    public record TimeAndId(Instant time, String id) {

        public static String position(Instant time, String id) {
            return time + "|" + id;
        }
    }
}
