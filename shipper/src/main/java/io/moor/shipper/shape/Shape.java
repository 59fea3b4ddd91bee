package io.moor.shipper.shape;

import io.moor.shipper.frame.Cuts;
import io.moor.shipper.frame.Framer;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * What becomes of the events of a source.
 *
 * @param form of a record's value
 * @param parse how fields are found
 * @param time which field tells when an event happened; null for none
 * @param timestamp of a record
 * @param rules in their order
 */
public record Shape(
        Form form, Parse parse, @Nullable EventTime time, Timestamp timestamp, List<Rule> rules) {

    /** Records hold what the application wrote. */
    public static final Shape AS_IT_IS =
            new Shape(Form.RAW, Parse.NONE, null, Timestamp.READ, List.of());

    /** The form of a value. */
    public enum Form {
        /** The bytes of the file. */
        RAW,
        /** A JSON object after OpenTelemetry's log data model. */
        JSON
    }

    /** What a record's timestamp says. */
    public enum Timestamp {
        /** When the line was read. */
        READ,
        /** When the event happened, where that is known. */
        EVENT
    }

    public Shape {
        rules = List.copyOf(rules);
        if (time != null && !parse.finds()) {
            throw new IllegalArgumentException(
                    "'time' names a field, but no fields are looked for; add 'parse'");
        }
        if (!parse.finds() && rules.stream().anyMatch(rule -> rule.field() != null)) {
            throw new IllegalArgumentException(
                    "a rule names a field, but no fields are looked for; add 'parse'");
        }
    }

    /** Whether events may become dead letters: those that are no text in their encoding. */
    public boolean hasDeadLetters() {
        return form == Form.JSON;
    }

    /** Where what is too long for a record may be cut. */
    public Cuts cuts() {
        List<Redaction> redactions =
                rules.stream().flatMap(rule -> rule.redaction().stream()).toList();
        return redactions.isEmpty() ? Cuts.ANYWHERE : new WholeSecrets(redactions);
    }

    /**
     * What a topic can keep.
     *
     * @param largestValue of a record, in bytes
     * @param retentionMillis of records by their timestamp; {@link Long#MAX_VALUE} for ever
     */
    public record Room(int largestValue, long retentionMillis) {}

    /**
     * Shapes what a framer found.
     *
     * @param path of the stream's file, for JSON
     */
    public Framer over(Framer framer, String path, Room room) {
        boolean asItIs =
                form == Form.RAW
                        && !parse.finds()
                        && rules.isEmpty()
                        && timestamp == Timestamp.READ;
        return asItIs ? framer : new ShapingFramer(framer, this, path, room);
    }
}
