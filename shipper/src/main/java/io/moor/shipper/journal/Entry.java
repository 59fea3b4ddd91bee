package io.moor.shipper.journal;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An entry of the journal.
 *
 * @param fields by name, in the journal's order; a field may be there several times, and a value
 *     that is too large to be kept is null
 */
record Entry(Map<String, List<byte @Nullable []>> fields) {

    static final String CURSOR = "__CURSOR";

    /** Where it is in the journal. */
    String cursor() {
        List<byte @Nullable []> values = fields.getOrDefault(CURSOR, List.of());
        byte[] cursor = values.isEmpty() ? null : values.getFirst();
        if (cursor == null) {
            throw new IllegalStateException("the reader gives no entry without a cursor");
        }
        return new String(cursor, StandardCharsets.US_ASCII);
    }
}
