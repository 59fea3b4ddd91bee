package io.moor.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.config.Secret;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The REST API as the operator's commands use it. Problems (RFC 9457) become a {@link
 * CommandFailure} of one line.
 */
final class GatewayApi implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;
    private static final int UNAUTHENTICATED = 401;

    /** Pages of a list that are read before it is called endless. */
    private static final int PAGES_MAX = 10_000;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
    private final String base;
    private final Secret token;

    GatewayApi(URI gateway, Secret token) {
        this.base = gateway.toString().replaceFirst("/+$", "");
        this.token = token;
    }

    /** A path segment as the caller typed it, made safe. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) throws InterruptedException {
        return read(send(request(path).GET()));
    }

    /** Empty when there is no such thing. */
    Optional<JsonNode> find(String path) throws InterruptedException {
        var response = send(request(path).GET());
        return response.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(read(response));
    }

    /** Every item of a list, page by page. */
    ArrayNode list(String path) throws InterruptedException {
        var all = json.createArrayNode();
        var separator = path.contains("?") ? "&" : "?";
        var next = "";
        for (var page = 0; page < PAGES_MAX; page++) {
            var answer =
                    get(
                            path
                                    + separator
                                    + "limit=500"
                                    + (next.isEmpty() ? "" : "&cursor=" + segment(next)));
            answer.path("items").forEach(all::add);
            next = answer.path("next").asText("");
            if (next.isEmpty()) {
                return all;
            }
        }
        throw new CommandFailure(ExitCode.FAILED, "the list of " + path + " does not end");
    }

    JsonNode post(String path, JsonNode body) throws InterruptedException {
        return read(
                send(
                        json(path, "application/json")
                                .header("Idempotency-Key", UUID.randomUUID().toString())
                                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))));
    }

    JsonNode post(String path, String contentType, String body) throws InterruptedException {
        return read(send(json(path, contentType).POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    JsonNode put(String path, JsonNode body) throws InterruptedException {
        return read(
                send(
                        json(path, "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))));
    }

    JsonNode delete(String path) throws InterruptedException {
        return read(send(request(path).DELETE()));
    }

    private HttpRequest.Builder json(String path, String contentType) {
        return request(path).header("Content-Type", contentType);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(CALL_TIMEOUT)
                .header("Accept", "application/json, application/problem+json")
                .header("Authorization", "Bearer " + token.reveal());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
            throw unreachable("did not answer in time", e);
        } catch (IOException e) {
            throw unreachable("cannot be reached", e);
        }
    }

    private CommandFailure unreachable(String how, IOException cause) {
        return new CommandFailure(
                ExitCode.FAILED,
                "the gateway "
                        + base
                        + " "
                        + how
                        + "; start it (moor gateway --config FILE), or name another with --gateway"
                        + " or MOOR_GATEWAY",
                cause);
    }

    private JsonNode read(HttpResponse<String> response) {
        if (response.statusCode() >= 400) {
            throw refused(response);
        }
        try {
            return response.body().isBlank()
                    ? json.createObjectNode()
                    : json.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    base + " does not answer like a Moor gateway; check --gateway",
                    e);
        }
    }

    private CommandFailure refused(HttpResponse<String> response) {
        var problem = problem(response.body());
        var title = problem == null ? "" : problem.path("title").asText("");
        if (title.isEmpty()) {
            return new CommandFailure(
                    ExitCode.FAILED,
                    base
                            + " answered with status "
                            + response.statusCode()
                            + "; is it a Moor gateway? Check --gateway");
        }
        var detail = problem == null ? "" : problem.path("detail").asText("");
        var hint =
                response.statusCode() == UNAUTHENTICATED
                        ? "; check the operator's token in --token-file or MOOR_TOKEN"
                        : "";
        return new CommandFailure(
                ExitCode.FAILED, title + (detail.isEmpty() ? "" : ": " + detail) + hint);
    }

    private @Nullable JsonNode problem(String body) {
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
