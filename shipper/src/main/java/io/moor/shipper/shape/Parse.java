package io.moor.shipper.shape;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.Supplier;

/** How fields are found. Immutable; equal when it is written alike. */
public final class Parse {

    /** They are not looked for. */
    public static final Parse NONE = new Parse("none", () -> FieldParser.NONE);

    private final String name;
    private final Supplier<FieldParser> parsers;

    private Parse(String name, Supplier<FieldParser> parsers) {
        this.name = name;
        this.parsers = parsers;
    }

    /**
     * @param text {@code none}, {@code json} or {@code logfmt}
     * @throws IllegalArgumentException for another one
     */
    public static Parse parse(String text) {
        return switch (text) {
            case "none" -> NONE;
            case "json" -> new Parse("json", JsonFields::new);
            case "logfmt" -> new Parse("logfmt", LogfmtFields::new);
            default ->
                    throw new IllegalArgumentException(
                            "'"
                                    + text
                                    + "' is no parser; take none, json, logfmt or {regex:"
                                    + " (?P<name>...)}");
        };
    }

    /**
     * @param keys {@code regex} and a pattern with named groups
     * @throws IllegalArgumentException for other keys, or another pattern
     */
    public static Parse parse(Map<String, String> keys) {
        String regex = keys.get("regex");
        if (regex == null || keys.size() != 1) {
            throw new IllegalArgumentException(
                    "fields are found by {regex: (?P<name>...)}, not by " + keys.keySet());
        }
        RegexFields parser = new RegexFields(regex);
        return new Parse("{regex: " + regex + "}", () -> parser);
    }

    /** Whether fields are looked for. */
    public boolean finds() {
        return !equals(NONE);
    }

    FieldParser parser() {
        return parsers.get();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Parse that && that.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
