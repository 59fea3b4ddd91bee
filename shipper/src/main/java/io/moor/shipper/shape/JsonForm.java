package io.moor.shipper.shape;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.time.Instant;
import java.util.Map;

/**
 * A value as a flat JSON object after OpenTelemetry's log data model: {@code timestamp}, {@code
 * observedTimestamp}, {@code severityText}, {@code severityNumber}, {@code body}, {@code traceId},
 * {@code spanId}, and attributes by their own names. Not thread-safe.
 */
final class JsonForm {

    private static final int FIRST_CHARS = 4096;

    private final JsonFactory json = new JsonFactory();
    private @Nullable CharsetDecoder decoder;
    private CharBuffer chars = CharBuffer.allocate(FIRST_CHARS);

    /**
     * @param path of the file, an attribute
     * @return null when the bytes are no text in the file's encoding
     */
    byte @Nullable [] encode(Event event, String path, long observedMillis) {
        if (!decode(event)) {
            return null;
        }
        try (ByteArrayBuilder out = new ByteArrayBuilder(512);
                JsonGenerator generator = json.createGenerator(out)) {
            generator.writeStartObject();
            if (event.millis != Event.NO_TIME) {
                generator.writeStringField(
                        "timestamp", Instant.ofEpochMilli(event.millis).toString());
            }
            generator.writeStringField(
                    "observedTimestamp", Instant.ofEpochMilli(observedMillis).toString());
            severity(event.fields, generator);
            generator.writeFieldName("body");
            generator.writeString(chars.array(), 0, chars.position());
            generator.writeStringField("log.file.path", path);
            if (!event.iostream.isEmpty()) {
                generator.writeStringField("log.iostream", event.iostream);
            }
            for (Map.Entry<String, Object> field : event.fields.entrySet()) {
                attribute(field.getKey(), field.getValue(), generator);
            }
            generator.writeEndObject();
            generator.flush();
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private boolean decode(Event event) {
        CharsetDecoder strict = decoder(event.charset());
        while (true) {
            chars.clear();
            strict.reset();
            ByteBuffer in = ByteBuffer.wrap(event.bytes(), event.from(), event.to() - event.from());
            CoderResult result = strict.decode(in, chars, true);
            if (result.isUnderflow()) {
                result = strict.flush(chars);
            }
            if (!result.isOverflow()) {
                return !result.isError();
            }
            chars = CharBuffer.allocate(chars.capacity() * 2);
        }
    }

    private CharsetDecoder decoder(Charset charset) {
        CharsetDecoder known = decoder;
        if (known == null || !known.charset().equals(charset)) {
            known =
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT);
            decoder = known;
        }
        return known;
    }

    private static void severity(Map<String, Object> fields, JsonGenerator generator)
            throws IOException {
        for (String name : Severity.FIELDS) {
            if (fields.get(name) instanceof String text) {
                generator.writeStringField("severityText", text);
                Integer number = Severity.number(text);
                if (number != null) {
                    generator.writeNumberField("severityNumber", number);
                }
                return;
            }
        }
    }

    /** Names of the model that an application uses itself are set by it; the others never twice. */
    private static void attribute(String name, Object value, JsonGenerator generator)
            throws IOException {
        String as =
                switch (name) {
                    case "trace_id", "traceId", "trace.id" -> "traceId";
                    case "span_id", "spanId", "span.id" -> "spanId";
                    case "timestamp",
                            "observedTimestamp",
                            "severityText",
                            "severityNumber",
                            "body",
                            "log.file.path",
                            "log.iostream" ->
                            "attributes." + name;
                    default -> name;
                };
        generator.writeFieldName(as);
        switch (value) {
            case Boolean flag -> generator.writeBoolean(flag);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case BigInteger number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            case Number number -> generator.writeNumber(number.doubleValue());
            default -> generator.writeString(value.toString());
        }
    }
}
