package io.moor.gateway.http;

import io.moor.gateway.access.Tokens;
import io.moor.gateway.database.Json;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.openapi.router.RouterBuilder;

import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;

/** One HTTP server with its own router. Runs on virtual threads: handlers may await. */
final class HttpVerticle extends AbstractVerticle {

    private final HttpServerOptions options;
    private final Collection<HttpServer> servers;
    private final Json json;
    private final Blocking blocking;
    private final Tokens tokens;
    private final Routes routes;
    private final Lock loading;

    /**
     * @param loading shared by all instances: they must not load the contract at the same time
     */
    HttpVerticle(
            HttpServerOptions options,
            Collection<HttpServer> servers,
            Json json,
            Blocking blocking,
            Tokens tokens,
            Routes routes,
            Lock loading) {
        this.options = options;
        this.servers = servers;
        this.json = json;
        this.blocking = blocking;
        this.tokens = tokens;
        this.routes = routes;
        this.loading = loading;
    }

    @Override
    public void start() {
        Contract contract = load();
        HttpServer server = vertx.createHttpServer(options).requestHandler(router(contract));
        Future.await(server.listen());
        servers.add(server);
    }

    /**
     * One instance at a time: Vert.x unpacks the schemas of JSON Schema from its jar into one file
     * for all, and an instance that reads while another one writes finds it empty.
     */
    private Contract load() {
        loading.lock();
        try {
            return Contract.load(vertx);
        } finally {
            loading.unlock();
        }
    }

    private Router router(Contract contract) {
        requireSameOperations(contract);
        var builder =
                RouterBuilder.create(
                        vertx, contract.model(), new CheckedBody(contract.mediaTypes()));
        // Before the body: nobody without a token makes the gateway hold megabytes.
        builder.rootHandler(new Authentication(contract, tokens, blocking));
        builder.rootHandler(BodyHandler.create(false).setBodyLimit(HttpService.BODY_BYTES_MAX));
        var writer = new ReplyWriter(json, contract.text());
        routes.handlers()
                .forEach((id, handler) ->
                        Objects.requireNonNull(builder.getRoute(id), id)
                                .setDoSecurity(false)
                                .addHandler(context -> {
                                    if (contract.needsCaller(id)) {
                                        // Fails closed: no handler runs for a caller that nobody
                                        // looked at.
                                        Request.requireCaller(context);
                                    }
                                    answer(context, handler, writer);
                                }));
        Router router = builder.createRouter();
        router.route()
                .last()
                .handler(context -> {
                    throw contract.unknown(context.normalizedPath());
                });
        router.route().failureHandler(new Failures(json));
        return router;
    }

    private void answer(RoutingContext context, Routes.Handler handler, ReplyWriter writer) {
        Reply reply = handler.answer(new Request(context, json));
        if (!context.response().closed()) {
            writer.write(context, reply);
        }
    }

    private void requireSameOperations(Contract contract) {
        Set<String> bound = new TreeSet<>(routes.handlers().keySet());
        Set<String> declared = new TreeSet<>(contract.operationIds());
        if (!bound.equals(declared)) {
            throw new IllegalStateException(
                    "openapi.yaml declares " + declared + ", the code answers " + bound);
        }
    }
}
