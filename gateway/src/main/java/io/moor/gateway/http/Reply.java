package io.moor.gateway.http;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a route answers.
 *
 * @param status HTTP status
 * @param headers headers besides content type and length
 * @param body what is written as JSON; null for an answer without content
 * @param kept what is kept for a repeated Idempotency-Key; the body without what is shown once
 */
public record Reply(
        int status, Map<String, String> headers, @Nullable Object body, @Nullable Object kept) {

    public Reply {
        headers = Map.copyOf(headers);
    }

    public static Reply of(int status, Object body) {
        return new Reply(status, Map.of(), body, body);
    }

    public static Reply ok(Object body) {
        return of(200, body);
    }

    public static Reply noContent() {
        return new Reply(204, Map.of(), null, null);
    }

    public Reply with(String header, String value) {
        var all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Reply(status, all, body, kept);
    }

    public Reply keeping(Object other) {
        return new Reply(status, headers, body, other);
    }
}
