package io.moor.gateway.http;

import io.moor.gateway.access.Tokens;
import io.moor.gateway.database.Json;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** The HTTP server: as many virtual-thread verticles as cores share one port. */
public final class HttpService {

    /** Largest request body, bytes: a sync with thousands of streams fits. */
    static final long BODY_BYTES_MAX = 8L << 20;

    private static final Duration START_WAIT = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    public HttpService(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Binds and serves.
     *
     * @return the port that it listens on
     * @throws BindException when the port is taken or the address is not this machine's
     */
    public int start(
            String host, int port, Json json, Blocking blocking, Tokens tokens, Routes routes)
            throws IOException {
        var options = new HttpServerOptions().setHost(host).setPort(port);
        int instances = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
        var loading = new ReentrantLock();
        try {
            vertx.deployVerticle(
                            () ->
                                    new HttpVerticle(
                                            options, servers, json, blocking, tokens, routes,
                                            loading),
                            new DeploymentOptions()
                                    .setThreadingModel(ThreadingModel.VIRTUAL_THREAD)
                                    .setInstances(port == 0 ? 1 : instances))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("the HTTP server did not start", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the HTTP server did not start in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the HTTP server started", e);
        }
        return servers.getFirst().actualPort();
    }

    /** Stops accepting, lets requests end, for at most the given time. */
    public void stop(Duration grace) {
        var ends =
                servers.stream()
                        .map(server ->
                                server.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS)
                                        .toCompletionStage()
                                        .toCompletableFuture())
                        .toList();
        ends.forEach(end ->
                end.completeOnTimeout(null, grace.toMillis() + 1_000, TimeUnit.MILLISECONDS)
                        .join());
    }
}
