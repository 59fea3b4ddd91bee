package io.moor.shipper.imports;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An entry of {@code logs:} in the making, in the words of the configuration reader; what is null
 * or empty is left out, so that the reader's default stands. Not thread-safe.
 */
final class Draft {

    final Setting origin;
    String name = "";
    String topic = "";
    final List<String> files = new ArrayList<>();
    final List<String> exclude = new ArrayList<>();

    /** Bytes; 0 for the default. */
    long maxLine;

    @Nullable String input;
    @Nullable String format;
    @Nullable String multiline;
    @Nullable String multilineStart;
    @Nullable String encoding;
    @Nullable String parse;
    @Nullable String parseRegex;
    @Nullable String timeField;
    @Nullable String timeFormat;

    /** Whether a record's timestamp is the event's time. */
    boolean eventTimestamp;

    final List<Map<String, String>> rules = new ArrayList<>();
    final Map<String, String> headers = new LinkedHashMap<>();

    /** What was decided here, for those who read the result. */
    final List<String> comments = new ArrayList<>();

    /** Names of fields in which the configuration holds the whole event. */
    final List<String> wholeEvent = new ArrayList<>();

    Draft(Setting origin) {
        this.origin = origin;
    }

    boolean parses() {
        return parse != null || parseRegex != null;
    }

    boolean joinsLines() {
        return multiline != null || multilineStart != null;
    }

    void comment(String text) {
        if (!comments.contains(text)) {
            comments.add(text);
        }
    }

    /**
     * A header of every record. Secrets have no place in one.
     *
     * @return whether it became one
     */
    boolean header(Setting setting, String key, String value, Findings findings) {
        if (Secrets.speaksOfOne(key, value)) {
            findings.lost(
                    new Setting(setting.place(), setting.key(), Secrets.MASK),
                    "it may be a secret, and headers are read by everybody who reads the topic;"
                            + " add it to 'headers' yourself if it is none");
            return false;
        }
        headers.put(key, value);
        return true;
    }

    /**
     * A rule that looks at a field, or at the whole event.
     *
     * @param kind {@code drop} or {@code keep}
     * @return false when the field is not known here
     */
    boolean rule(String kind, String regex, String field) {
        Map<String, String> rule = new LinkedHashMap<>();
        rule.put(kind, regex);
        if (!wholeEvent.contains(field)) {
            if (!parses()) {
                return false;
            }
            rule.put("field", field);
        }
        rules.add(rule);
        return true;
    }
}
