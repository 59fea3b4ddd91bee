package io.moor.gateway.audit;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A change to record.
 *
 * @param action what was done, {@code OBJECT.VERB}
 * @param objectType kind of the object
 * @param objectId its id
 * @param before the fields that changed, before; empty when the object is new
 * @param after the fields that changed, after; empty when nothing changed
 * @param reason why, in words
 */
public record Change(
        String action,
        String objectType,
        String objectId,
        Map<String, Object> before,
        Map<String, Object> after,
        String reason) {

    public Change {
        before = Map.copyOf(before);
        after = Map.copyOf(after);
    }

    /** Fields of an object; null values are left out. */
    public static Map<String, Object> fields(@Nullable Object... namesAndValues) {
        var fields = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) {
                fields.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return fields;
    }
}
