package io.moor.shipper.cli;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The option {@code --output} and the results of a command, on stdout. Use it as a mixin:
 *
 * <pre>{@code
 * @Mixin private Output output = new Output();
 * …
 * output.rows(Row.class, rows);
 * }</pre>
 */
public final class Output {

    @Option(
            names = "--output",
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How to print results. Default: table.")
    private OutputFormat format = OutputFormat.TABLE;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    public OutputFormat format() {
        return format;
    }

    /** A list of records: a table with a column for each component, or a JSON array. */
    public <R extends Record> void rows(Class<R> type, List<R> rows) {
        var columns =
                Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
        rows(Json.tree(rows), columns);
    }

    /**
     * JSON objects: a table of the named members ({@code a/b} for a member of a member), or the
     * whole as JSON.
     */
    public void rows(JsonNode array, List<String> columns) {
        if (format == OutputFormat.JSON) {
            print(Json.write(array) + "\n");
            return;
        }
        var cells = new java.util.ArrayList<List<String>>();
        array.forEach(row ->
                cells.add(columns.stream().map(column -> cell(row.at("/" + column))).toList()));
        print(Table.render(columns.stream().map(Output::title).toList(), cells));
    }

    /** One result: a line for each member, or a JSON object. */
    public void one(Record result) {
        one(Json.tree(result));
    }

    /** One result: a line for each member, or a JSON object. */
    public void one(JsonNode result) {
        if (format == OutputFormat.JSON) {
            print(Json.write(result) + "\n");
            return;
        }
        var width = 0;
        for (var field : result.properties()) {
            width = Math.max(width, field.getKey().length());
        }
        var text = new StringBuilder();
        for (var field : result.properties()) {
            text.append(field.getKey())
                    .append(" ".repeat(width - field.getKey().length() + 2))
                    .append(cell(field.getValue()))
                    .append('\n');
        }
        print(text.toString());
    }

    /** A line of a result that is neither table nor JSON. Ends the command when nobody reads. */
    public void line(String line) {
        print(line + "\n");
    }

    private void print(String text) {
        var out = out();
        out.print(text);
        out.flush();
        if (out.checkError()) {
            throw new ClosedOutput();
        }
    }

    private PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("Output is a mixin of a command");
        }
        return spec.commandLine().getOut();
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /** {@code boundTo/slot} becomes {@code BOUND-TO SLOT}'s last part. */
    private static String title(String column) {
        return column.substring(column.lastIndexOf('/') + 1)
                .replaceAll("([A-Z])", "-$1")
                .toUpperCase(Locale.ROOT);
    }
}
