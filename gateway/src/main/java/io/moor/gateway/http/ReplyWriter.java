package io.moor.gateway.http;

import io.moor.gateway.database.Json;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes replies. JSON of a GET has an ETag; a client that has it already gets 304. */
final class ReplyWriter {

    private static final int ETAG_BYTES = 12;

    private final Json json;
    private final String openapi;

    ReplyWriter(Json json, String openapi) {
        this.json = json;
        this.openapi = openapi;
    }

    void write(RoutingContext context, Reply reply) {
        var response = context.response().setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        switch (reply.body()) {
            case null -> response.end();
            case Text text ->
                    response.putHeader("Content-Type", text.contentType()).end(text.text());
            case OpenApiFile file ->
                    response.putHeader("Content-Type", "application/yaml").end(openapi);
            case IdempotentChanges.KeptBody kept -> json(context, kept.text());
            default -> json(context, json.write(reply.body()));
        }
    }

    private static void json(RoutingContext context, String text) {
        var response =
                context.response()
                        .putHeader("Content-Type", "application/json")
                        .putHeader("Cache-Control", "no-store");
        if (context.request().method().equals(HttpMethod.GET) && response.getStatusCode() == 200) {
            if (!response.headers().contains("ETag")) {
                response.putHeader("ETag", etag(text));
            }
            String known = context.request().getHeader("If-None-Match");
            if (known != null && known.equals(response.headers().get("ETag"))) {
                response.setStatusCode(304).end();
                return;
            }
        }
        response.end(text);
    }

    private static String etag(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "\"" + HexFormat.of().formatHex(hash, 0, ETAG_BYTES) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The body of the reply that serves the OpenAPI file. */
    record OpenApiFile() {}
}
