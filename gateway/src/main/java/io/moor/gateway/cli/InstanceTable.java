package io.moor.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.moor.shipper.cli.Output;
import io.moor.shipper.cli.OutputFormat;

import java.util.List;

/** How one instance is shown: its own members, then a table for each list that has rows. */
final class InstanceTable {

    private InstanceTable() {}

    static void print(JsonNode instance, Output out) {
        if (out.format() == OutputFormat.JSON) {
            out.one(instance);
            return;
        }
        out.one(plain(instance));
        var shippers = instance.path("shippers");
        rows(
                out,
                instance.path("attachments"),
                "volume",
                "epoch",
                "state",
                "path",
                "readOnly",
                "waitingFor");
        rows(out, shippers, "origin", "state", "delivery", "waitingFor");
        rows(
                out,
                inner(shippers, "sources"),
                "origin",
                "source",
                "topic",
                "files",
                "committedLines",
                "committedBytes",
                "behindBytes",
                "oldestUnshippedMs",
                "pinnedFiles",
                "pinnedBytes",
                "unreadableFiles");
        rows(
                out,
                inner(shippers, "files"),
                "file",
                "fileId",
                "state",
                "size",
                "committed",
                "behindBytes",
                "oldestUnshippedMs");
        for (var shipper : shippers) {
            shipper.path("problems").forEach(problem -> out.line("problem: " + problem.asText()));
        }
    }

    /** The members that are single values; the drain is one line of JSON. */
    private static ObjectNode plain(JsonNode instance) {
        ObjectNode plain = instance.deepCopy();
        return plain.remove(List.of("attachments", "streams", "shippers"));
    }

    private static void rows(Output out, JsonNode rows, String... columns) {
        if (!rows.isEmpty()) {
            out.line("");
            out.rows(rows, List.of(columns));
        }
    }

    private static ArrayNode inner(JsonNode shippers, String member) {
        var rows = JsonNodeFactory.instance.arrayNode();
        for (var shipper : shippers) {
            for (var row : shipper.path(member)) {
                ObjectNode named = row.deepCopy();
                rows.add(named.put("origin", shipper.path("origin").asText()));
            }
        }
        return rows;
    }
}
