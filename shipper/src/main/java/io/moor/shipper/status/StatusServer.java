package io.moor.shipper.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.State;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A tiny HTTP server: {@code GET /status} (JSON), {@code /metrics} (Prometheus text) and {@code
 * /healthz} (200 while no shipper has failed or was fenced, else 503). Bounded: two requests at a
 * time, a few connections that wait, ten seconds for each; what is more is refused. It needs no
 * token, so it belongs on loopback.
 */
public final class StatusServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);
    private static final int THREADS = 2;
    private static final int WAITING = 16;
    private static final String SECONDS = "10";
    private static final String CONNECTIONS = "32";
    private static final String JSON = "application/json";
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    static {
        // The server of the JDK reads its limits once, when its classes are first used.
        limit("sun.net.httpserver.maxReqTime", SECONDS);
        limit("sun.net.httpserver.maxRspTime", SECONDS);
        limit("jdk.httpserver.maxConnections", CONNECTIONS);
    }

    private final HttpServer server;
    private final ThreadPoolExecutor executor;
    private final Supplier<List<ShipperStatus>> shippers;
    private final ShipperMetrics metrics = new ShipperMetrics();

    private StatusServer(
            HttpServer server,
            Supplier<List<ShipperStatus>> shippers,
            Function<List<ShipperStatus>, String> document) {
        this.server = server;
        this.shippers = shippers;
        this.executor =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(WAITING),
                        Thread.ofPlatform().daemon().name("moor-status-", 0).factory());
        server.setExecutor(executor);
        on("/status", JSON, document);
        on("/metrics", METRICS, metrics::scrape);
        server.createContext("/healthz", this::health);
        server.createContext("/", exchange -> answer(exchange, 404, TEXT, "try /status\n"));
    }

    /**
     * Listens from now on.
     *
     * @param shippers the statuses of this moment; must not block
     * @param document what {@code /status} shows of them, JSON
     * @throws IOException when the port is in use, or the host is not of this machine
     */
    public static StatusServer start(
            StatusAddress address,
            Supplier<List<ShipperStatus>> shippers,
            Function<List<ShipperStatus>, String> document)
            throws IOException {
        HttpServer server =
                HttpServer.create(
                        new InetSocketAddress(address.at().host(), address.at().port()), WAITING);
        StatusServer started = new StatusServer(server, shippers, document);
        server.start();
        LOG.atInfo().addKeyValue("address", server.getAddress()).log("status is served");
        return started;
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void on(String path, String type, Function<List<ShipperStatus>, String> body) {
        server.createContext(
                path,
                exchange -> {
                    // A context also takes the paths that only begin like it.
                    if (!exchange.getRequestURI().getPath().equals(path)) {
                        answer(exchange, 404, TEXT, "try /status\n");
                    } else {
                        answer(exchange, 200, type, body.apply(shippers.get()));
                    }
                });
    }

    private void health(HttpExchange exchange) throws IOException {
        String dead =
                shippers.get().stream()
                        .filter(each ->
                                each.state() == State.FAILED || each.state() == State.FENCED)
                        .map(each -> each.origin() + " " + each.state() + "\n")
                        .reduce("", String::concat);
        answer(exchange, dead.isEmpty() ? 200 : 503, TEXT, dead.isEmpty() ? "ok\n" : dead);
    }

    private static void answer(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            if (!head && !method.equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
            if (!head) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private static void limit(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
