package io.moor.shipper.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Drafts as YAML. Not thread-safe. */
final class SectionWriter {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final StringBuilder out = new StringBuilder();

    private SectionWriter() {}

    /** {@code kafka:} and {@code logs:}, with what was decided as comments. */
    static String write(Drafts drafts) {
        SectionWriter writer = new SectionWriter();
        writer.kafka(drafts);
        writer.line("logs:");
        drafts.logs.forEach(writer::entry);
        return writer.out.toString();
    }

    private void kafka(Drafts drafts) {
        if (drafts.kafka.isEmpty() && drafts.kafkaSecrets.isEmpty()) {
            line(
                    "# kafka: {bootstrap.servers: \"HOST:9092\"} is missing: add it, or moor ship"
                            + " --kafka");
            line("");
            return;
        }
        if (drafts.kafka.isEmpty()) {
            line("# kafka:");
        } else {
            line("kafka:");
        }
        drafts.kafka.forEach((key, value) -> line("  " + key + ": " + scalar(value)));
        drafts.kafkaSecrets.forEach((key, value) -> {
            line("  # write the secret into this file, and take the # of the next line away:");
            line("  # " + key + ": " + scalar(value));
        });
        line("");
    }

    private void entry(Draft draft) {
        draft.comments.forEach(comment -> line("  # " + comment));
        line("  - name: " + scalar(draft.name));
        line("    files: " + list(draft.files));
        if (!draft.exclude.isEmpty()) {
            line("    exclude: " + list(draft.exclude));
        }
        key("topic", draft.topic);
        key("input", draft.input);
        key("encoding", draft.encoding);
        if (draft.maxLine > 0) {
            key("max-line", String.valueOf(draft.maxLine));
        }
        key("multiline", draft.multiline);
        if (draft.multilineStart != null) {
            line("    multiline: {start: " + scalar(draft.multilineStart) + "}");
        }
        key("parse", draft.parse);
        if (draft.parseRegex != null) {
            line("    parse: {regex: " + scalar(draft.parseRegex) + "}");
        }
        if (draft.timeField != null && draft.timeFormat != null) {
            line(
                    "    time: {field: "
                            + scalar(draft.timeField)
                            + ", format: "
                            + scalar(draft.timeFormat)
                            + "}");
            key("timestamp", draft.eventTimestamp ? "event" : null);
        }
        key("format", draft.format);
        if (!draft.rules.isEmpty()) {
            line("    rules:");
            draft.rules.forEach(rule -> line("      - " + map(rule)));
        }
        if (!draft.headers.isEmpty()) {
            line("    headers: " + map(draft.headers));
        }
    }

    private void key(String key, @Nullable String value) {
        if (value != null) {
            line("    " + key + ": " + scalar(value));
        }
    }

    private void line(String text) {
        // A comment of somebody else's words stays on its line.
        out.append(text.replaceAll("[\\r\\n\\u0085\\u2028\\u2029]+", " ")).append('\n');
    }

    private static String list(List<String> values) {
        return values.stream()
                .map(SectionWriter::scalar)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String map(Map<String, String> values) {
        return values.entrySet().stream()
                .map(each -> scalar(each.getKey()) + ": " + scalar(each.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** Words as they are; anything else in quotes, and with escapes where even they do not do. */
    static String scalar(String value) {
        boolean word =
                value.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")
                        && !value.matches("(?i)null|true|false|yes|no|on|off|[yn]");
        if (word) {
            return value;
        }
        if (value.matches("[\\x20-\\x7e]*")) {
            return "'" + value.replace("'", "''") + "'";
        }
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
