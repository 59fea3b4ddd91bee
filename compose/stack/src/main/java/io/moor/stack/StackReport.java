package io.moor.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What {@code moor stack} prints: never the secret key, which is in {@code endpoints.env}. */
record StackReport(Map<String, Object> entries, int exitCode) {

    /** How results are printed. */
    enum Format {
        TABLE,
        JSON
    }

    static StackReport of(Path directory, StackStatus status) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("directory", directory.toString());
        entries.put("state", status.state().name().toLowerCase(Locale.ROOT));
        putIfThere(entries, "problem", status.problem());
        if (status.pid() != 0) {
            entries.put("pid", status.pid());
        }
        StackEndpoints endpoints = status.endpoints();
        if (endpoints != null) {
            entries.put("kafka", endpoints.kafka());
            entries.put("jdbcUrl", endpoints.jdbcUrl());
            entries.put("s3Endpoint", endpoints.s3Endpoint().toString());
            entries.put("s3AccessKey", endpoints.s3AccessKey());
            entries.put("environment", new StackDirectory(directory).endpoints().toString());
        }
        return new StackReport(entries, status.state() == StackStatus.State.RUNNING ? 0 : 1);
    }

    static StackReport stopped(Path directory) {
        Map<String, Object> entries = new LinkedHashMap<>();
        entries.put("directory", directory.toString());
        entries.put("state", "stopped");
        return new StackReport(entries, 0);
    }

    String render(Format format) {
        return switch (format) {
            case TABLE -> table();
            case JSON -> json();
        };
    }

    private String table() {
        int width = entries.keySet().stream().mapToInt(String::length).max().orElse(0) + 2;
        StringBuilder text = new StringBuilder();
        entries.forEach((name, value) ->
                text.append(name)
                        .append(" ".repeat(width - name.length()))
                        .append(value)
                        .append('\n'));
        return text.toString();
    }

    private String json() {
        try {
            return JsonMapper.builder()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .build()
                            .writeValueAsString(entries)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts and numbers is always JSON", e);
        }
    }

    private static void putIfThere(
            Map<String, Object> entries, String name, @Nullable Object value) {
        if (value != null) {
            entries.put(name, value);
        }
    }
}
