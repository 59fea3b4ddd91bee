package io.moor.shipper.shape;

import com.google.re2j.Pattern;

import io.moor.shipper.identity.RollingHash;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A rule for events, in the order in which they are written.
 *
 * @param drop events in which the pattern is found become no record
 * @param sample of the events in which {@code match} is found, so many in a hundred become records
 * @param redact what the pattern finds is replaced, in the whole event
 * @param match which events are sampled; all of them when null
 * @param field where {@code drop}, {@code keep} and {@code match} look; in the whole event when
 *     null
 * @param with what stands in the place of what is redacted
 * @param keep events in which the pattern is not found become no record
 */
public record Rule(
        @Nullable String drop,
        @Nullable Integer sample,
        @Nullable String redact,
        @Nullable String match,
        @Nullable String field,
        @Nullable String with,
        @Nullable String keep) {

    private static final String BLACK = "***";

    public Rule {
        long kinds = Stream.of(drop, sample, redact, keep).filter(Objects::nonNull).count();
        if (kinds != 1) {
            throw new IllegalArgumentException(
                    "a rule is one of drop: REGEX, keep: REGEX, sample: PERCENT, redact: REGEX");
        }
        if (sample != null && (sample < 0 || sample > 100)) {
            throw new IllegalArgumentException("'sample' is 0 to 100 of a hundred, not " + sample);
        }
        if (match != null && sample == null) {
            throw new IllegalArgumentException("'match' goes with 'sample' only");
        }
        if (with != null && redact == null) {
            throw new IllegalArgumentException("'with' goes with 'redact' only");
        }
        if (field != null && redact != null) {
            throw new IllegalArgumentException(
                    "'redact' looks at the whole event; take 'field' away");
        }
        for (String regex : new String[] {drop, redact, match, keep}) {
            if (regex != null) {
                Patterns.compile(regex);
            }
        }
    }

    /** A rule that keeps nothing by a pattern. */
    public Rule(
            @Nullable String drop,
            @Nullable Integer sample,
            @Nullable String redact,
            @Nullable String match,
            @Nullable String field,
            @Nullable String with) {
        this(drop, sample, redact, match, field, with, null);
    }

    /** What a rule says of an event. */
    enum Verdict {
        KEEP,
        DROP,
        SAMPLE
    }

    /** A rule that is ready to be asked. */
    @FunctionalInterface
    interface Check {
        Verdict check(Event event);
    }

    Check check() {
        if (drop != null) {
            Pattern pattern = Patterns.compile(drop);
            return event -> finds(pattern, event) ? Verdict.DROP : Verdict.KEEP;
        }
        if (keep != null) {
            Pattern pattern = Patterns.compile(keep);
            return event -> finds(pattern, event) ? Verdict.KEEP : Verdict.DROP;
        }
        if (sample != null) {
            Pattern pattern = match == null ? null : Patterns.compile(match);
            int kept = sample;
            return event ->
                    (pattern == null || finds(pattern, event)) && percent(event) >= kept
                            ? Verdict.SAMPLE
                            : Verdict.KEEP;
        }
        Redaction redaction = redaction(redact);
        return event -> {
            redaction.apply(event);
            return Verdict.KEEP;
        };
    }

    /** What it redacts, if it does. */
    Optional<Redaction> redaction() {
        return Optional.ofNullable(redact).map(this::redaction);
    }

    private Redaction redaction(@Nullable String regex) {
        return new Redaction(Patterns.compile(String.valueOf(regex)), with == null ? BLACK : with);
    }

    private boolean finds(Pattern pattern, Event event) {
        if (field == null) {
            return event.isUtf8()
                    ? pattern.matcher(event.copy()).find()
                    : pattern.matcher(event.text()).find();
        }
        Object value = event.fields.get(field);
        return value != null && pattern.matcher(value.toString()).find();
    }

    /** The same for the same bytes at the same place, however often they are read. */
    private static int percent(Event event) {
        int hash = RollingHash.of(event.bytes(), event.from(), event.to());
        long mixed = (hash * 0x9E3779B97F4A7C15L) ^ (event.spanStart * 0xC2B2AE3D27D4EB4FL);
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58476D1CE4E5B9L;
        return (int) Math.floorMod(mixed >>> 16, 100L);
    }
}
