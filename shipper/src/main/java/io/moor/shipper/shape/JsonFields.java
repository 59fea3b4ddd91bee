package io.moor.shipper.shape;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import java.io.IOException;
import java.util.Map;

/** A JSON object; names of nested ones are joined by dots, arrays are numbered. */
final class JsonFields implements FieldParser {

    private static final int DEEPEST = 16;

    private final JsonFactory json = new JsonFactory();

    @Override
    public void parse(Event event, Map<String, Object> fields) {
        try (JsonParser parser =
                event.isUtf8()
                        ? json.createParser(event.bytes(), event.from(), event.to() - event.from())
                        : json.createParser(event.text())) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                object(parser, "", fields, 0);
            }
            if (parser.nextToken() != null) {
                fields.clear();
            }
        } catch (IOException noJson) {
            fields.clear();
        }
    }

    private static void object(
            JsonParser parser, String prefix, Map<String, Object> fields, int depth)
            throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = prefix + parser.currentName();
            parser.nextToken();
            value(parser, name, fields, depth);
        }
    }

    private static void value(JsonParser parser, String name, Map<String, Object> fields, int depth)
            throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                if (depth == DEEPEST) {
                    throw new IOException("too deep");
                }
                object(parser, name + ".", fields, depth + 1);
            }
            case START_ARRAY -> {
                if (depth == DEEPEST) {
                    throw new IOException("too deep");
                }
                for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                    value(parser, name + "." + i, fields, depth + 1);
                }
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> fields.put(name, parser.getNumberValue());
            case VALUE_TRUE -> fields.put(name, true);
            case VALUE_FALSE -> fields.put(name, false);
            case VALUE_NULL -> {}
            default -> fields.put(name, parser.getText());
        }
    }
}
