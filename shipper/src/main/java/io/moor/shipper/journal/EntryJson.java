package io.moor.shipper.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An entry as one line of systemd's Journal JSON Format: the cursor first, then the fields in the
 * journal's order, so that the same entry is always the same bytes. Text is a string, other bytes
 * are an array of numbers, several values of a field are an array, and a value that was too large
 * is null.
 */
final class EntryJson {

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private static final String FIRST = "{\"" + Entry.CURSOR + "\":\"";

    private EntryJson() {}

    /** Writes the line with its end, in pieces. */
    static void write(Entry entry, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField(Entry.CURSOR, entry.cursor());
            for (Map.Entry<String, List<byte @Nullable []>> field : entry.fields().entrySet()) {
                if (!field.getKey().equals(Entry.CURSOR)) {
                    json.writeFieldName(field.getKey());
                    values(json, field.getValue());
                }
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void values(JsonGenerator json, List<byte @Nullable []> values)
            throws IOException {
        if (values.size() == 1) {
            value(json, values.getFirst());
            return;
        }
        json.writeStartArray();
        for (byte[] value : values) {
            value(json, value);
        }
        json.writeEndArray();
    }

    private static void value(JsonGenerator json, byte @Nullable [] value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (isText(value)) {
            json.writeUTF8String(value, 0, value.length);
        } else {
            json.writeStartArray();
            for (byte each : value) {
                json.writeNumber(each & 0xff);
            }
            json.writeEndArray();
        }
    }

    private static boolean isText(byte[] value) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(value);
        CharBuffer out = CharBuffer.allocate(Math.min(value.length + 1, 8192));
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (result.isError()) {
                return false;
            }
            if (result.isUnderflow()) {
                return true;
            }
            out.clear();
        }
    }

    /**
     * The cursor of a line written by {@link #write}; null when it is another one.
     *
     * @param line at least its beginning
     */
    static @Nullable String cursor(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        int end = text.indexOf('"', FIRST.length());
        return text.startsWith(FIRST) && end > 0 ? text.substring(FIRST.length(), end) : null;
    }
}
