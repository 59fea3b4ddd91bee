package io.moor.shipper.frame;

import com.google.re2j.Pattern;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.function.Supplier;

/** How lines are joined to events. Immutable; equal when it is written alike. */
public final class Multiline {

    /** Each line is a record. */
    public static final Multiline NONE = new Multiline("none", null);

    private static final String START = "start=";

    private final String name;
    private final @Nullable Supplier<Grouping> groupings;

    private Multiline(String name, @Nullable Supplier<Grouping> groupings) {
        this.name = name;
        this.groupings = groupings;
    }

    /**
     * @param text {@code none}, {@code java}, {@code python}, {@code go} or {@code start=REGEX}
     * @throws IllegalArgumentException for another one
     */
    public static Multiline parse(String text) {
        if (text.startsWith(START)) {
            return start(text.substring(START.length()));
        }
        return switch (text) {
            case "none" -> NONE;
            case "java" -> new Multiline("java", JavaTraces::new);
            case "python" -> new Multiline("python", PythonTraces::new);
            case "go" -> new Multiline("go", GoTraces::new);
            default ->
                    throw new IllegalArgumentException(
                            "'"
                                    + text
                                    + "' is no way to join lines; take none, java, python, go or"
                                    + " {start: REGEX}");
        };
    }

    /**
     * @param keys {@code start} and a pattern, as it is written in YAML
     * @throws IllegalArgumentException for other keys
     */
    public static Multiline parse(Map<String, String> keys) {
        String pattern = keys.get("start");
        if (pattern == null || keys.size() != 1) {
            throw new IllegalArgumentException(
                    "lines are joined by {start: REGEX}, not by " + keys.keySet());
        }
        return start(pattern);
    }

    /**
     * An event begins with a line in which a pattern is found.
     *
     * @param regex in RE2's syntax
     * @throws IllegalArgumentException when it is not
     */
    public static Multiline start(String regex) {
        Pattern pattern = StartPattern.compile(regex);
        return new Multiline("{start: " + regex + "}", () -> new StartPattern(pattern));
    }

    /** Whether lines are joined at all. */
    public boolean joins() {
        return groupings != null;
    }

    /** A grouping for one stream. */
    Grouping grouping() {
        Supplier<Grouping> known = groupings;
        if (known == null) {
            throw new IllegalStateException("lines are not joined");
        }
        return known.get();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Multiline that && that.name.equals(name);
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
