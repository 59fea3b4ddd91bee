package io.moor.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The API over real HTTP, with one token. */
record Api(URI base, String token) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final ObjectMapper JSON = JsonMapper.builder().build();

    /** What came back. */
    record Answer(int status, JsonNode body, HttpResponse<String> raw) {

        JsonNode at(String pointer) {
            return body.at(pointer);
        }

        String text(String field) {
            return body.path(field).asText();
        }

        String problem() {
            return text("type").replace("urn:moor:problem:", "");
        }

        String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, Object body, String... headers) {
        return send(
                request(path, headers)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json(body))));
    }

    Answer put(String path, Object body, String... headers) {
        return send(
                request(path, headers)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(json(body))));
    }

    Answer event(String id, String type, String subject, Map<String, ?> data) {
        return send(
                request("/v1/events")
                        .header("Content-Type", "application/cloudevents+json")
                        .POST(
                                BodyPublishers.ofString(
                                        json(
                                                Map.of(
                                                        "specversion", "1.0",
                                                        "id", id,
                                                        "source", "test",
                                                        "type", type,
                                                        "subject", subject,
                                                        "data", data)))));
    }

    Answer terminated(String id, String instance) {
        return event(id, "io.moor.instance.terminated", instance, Map.of());
    }

    List<JsonNode> items(String path) {
        return get(path).body().path("items").valueStream().toList();
    }

    HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(60));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    static Answer send(HttpRequest.Builder request) {
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofString());
            boolean json =
                    response.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Answer(
                    response.statusCode(),
                    json && !response.body().isEmpty()
                            ? JSON.readTree(response.body())
                            : MissingNode.getInstance(),
                    response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String json(Object body) {
        try {
            return body instanceof String text ? text : JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
