package io.moor.shipper.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The published schemas, from the jar's resources. */
final class Schemas {

    private static final String BASE = "https://moor.example/schemas/";
    private static final List<String> NAMES =
            List.of(
                    "checkpoint",
                    "seal",
                    "archived-generation",
                    "owner-claim",
                    "headers",
                    "dead-letter-headers");
    private static final SchemaValidatorsConfig CONFIG =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    private Schemas() {}

    static JsonSchema published(String name) throws IOException {
        return factory(false).getSchema(SchemaLocation.of(id(name)), CONFIG);
    }

    /** The same, with every field that it does not name an error. */
    static JsonSchema strict(String name) throws IOException {
        return factory(true).getSchema(SchemaLocation.of(id(name)), CONFIG);
    }

    private static String id(String name) {
        return BASE + name + ".schema.json";
    }

    private static JsonSchemaFactory factory(boolean strict) throws IOException {
        Map<String, String> texts = new HashMap<>();
        for (String name : NAMES) {
            JsonNode schema = new ObjectMapper().readTree(text(name));
            // What refers to another schema leaves the strictness to it.
            if (strict && !schema.has("$ref")) {
                close(schema);
            }
            texts.put(id(name), schema.toString());
        }
        return JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder -> builder.schemaLoaders(loaders -> loaders.schemas(texts)));
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        node.forEach(Schemas::close);
    }

    private static String text(String name) throws IOException {
        String resource = "/io/moor/shipper/schemas/" + name + ".schema.json";
        try (InputStream stream = Schemas.class.getResourceAsStream(resource)) {
            return new String(
                    Objects.requireNonNull(stream, resource).readAllBytes(),
                    StandardCharsets.UTF_8);
        }
    }
}
