package io.moor.gateway.sidecar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import io.moor.gateway.protocol.RegisterRequest;
import io.moor.gateway.protocol.RegisterResponse;
import io.moor.gateway.protocol.SyncRequest;
import io.moor.gateway.protocol.SyncResponse;
import io.moor.shipper.config.Secret;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** The two calls of a sidecar to its gateway. */
final class GatewayClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);
    private static final int TOO_MANY_REQUESTS = 429;

    private final ObjectMapper json =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private final String base;
    private final HttpClient http;

    GatewayClient(URI gateway) {
        this.base = gateway.toString().replaceFirst("/+$", "");
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /** Blocks until the gateway answered, or the call was cut. */
    Answer<RegisterResponse> register(
            Secret joinToken, RegisterRequest request, CompletableFuture<Void> cut)
            throws InterruptedException {
        return call("/v1/instances", joinToken, request, CALL_TIMEOUT, cut, RegisterResponse.class);
    }

    /**
     * Blocks until the gateway answered, the call was cut, or the time was over.
     *
     * @param timeout a little longer than the wait that the request asks for
     */
    Answer<SyncResponse> sync(
            String instance,
            Secret token,
            SyncRequest request,
            Duration timeout,
            CompletableFuture<Void> cut)
            throws InterruptedException {
        return call(
                "/v1/instances/" + instance + "/sync",
                token,
                request,
                timeout,
                cut,
                SyncResponse.class);
    }

    private <T> Answer<T> call(
            String path,
            Secret token,
            Object body,
            Duration timeout,
            CompletableFuture<Void> cut,
            Class<T> type)
            throws InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(timeout)
                        .header("Authorization", "Bearer " + token.reveal())
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, application/problem+json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(encode(body)))
                        .build();
        var response = http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            var _ = CompletableFuture.anyOf(response, cut).get();
            if (!response.isDone()) {
                response.cancel(true);
                return new Answer.Cut<>();
            }
            return answer(response.get(), type);
        } catch (ExecutionException e) {
            return new Answer.Unreachable<>(words(Objects.requireNonNullElse(e.getCause(), e)));
        } catch (CancellationException e) {
            return new Answer.Unreachable<>("the call was cancelled");
        } catch (InterruptedException e) {
            response.cancel(true);
            throw e;
        }
    }

    private byte[] encode(Object body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> Answer<T> answer(HttpResponse<byte[]> response, Class<T> type) {
        var status = response.statusCode();
        if (status >= 200 && status < 300) {
            try {
                return new Answer.Ok<>(json.readValue(response.body(), type));
            } catch (IOException e) {
                return new Answer.Unreachable<>(
                        base + " gave an answer that is not a gateway's; check 'gateway'");
            }
        }
        var why = problem(response);
        return status >= 400 && status < 500 && status != TOO_MANY_REQUESTS
                ? new Answer.Refused<>(status, why)
                : new Answer.Unreachable<>(why);
    }

    private String problem(HttpResponse<byte[]> response) {
        var fallback = "it answered with status " + response.statusCode();
        try {
            var problem = json.readTree(response.body());
            var title = problem.path("title").asText("");
            var detail = problem.path("detail").asText("");
            var text = title + (title.isEmpty() || detail.isEmpty() ? "" : ": ") + detail;
            return text.isEmpty() ? fallback : text.lines().findFirst().orElse(fallback);
        } catch (IOException e) {
            var text = new String(response.body(), StandardCharsets.UTF_8);
            return text.isBlank() || text.length() > 200
                    ? fallback
                    : fallback + " (" + text.lines().findFirst().orElse("") + ")";
        }
    }

    private static String words(Throwable cause) {
        return switch (cause) {
            case ConnectException refused -> "it cannot be connected to";
            case HttpTimeoutException late -> "it did not answer in time";
            default ->
                    cause.getClass().getSimpleName()
                            + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        };
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
