package io.moor.shipper.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.util.Set;

/** Values of the format {@code json}: longer than the line they hold. */
final class LogObject {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The field of the line itself, as the OpenTelemetry log data model and its JSON spell it. */
    private static final Set<String> BODY = Set.of("body", "Body");

    private LogObject() {}

    static boolean is(byte[] value) {
        if (value.length == 0 || value[0] != '{') {
            return false;
        }
        try {
            JsonNode node = JSON.readTree(value);
            return node != null && node.isObject() && BODY.stream().anyMatch(node::has);
        } catch (IOException other) {
            return false;
        }
    }
}
