package io.moor.gateway.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.moor.gateway.database.Database;
import io.moor.gateway.database.DatabaseException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Map;
import java.util.function.BooleanSupplier;

/** Health, metrics and the OpenAPI file. */
public final class SystemRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(SystemRoutes.class);

    private final Database database;
    private final Blocking blocking;
    private final PrometheusMeterRegistry meters;
    private final BooleanSupplier stopping;

    public SystemRoutes(
            Database database,
            Blocking blocking,
            PrometheusMeterRegistry meters,
            BooleanSupplier stopping) {
        this.database = database;
        this.blocking = blocking;
        this.meters = meters;
        this.stopping = stopping;
    }

    public void mount(Routes routes) {
        routes.on("live", request -> Reply.ok(Map.of("status", "UP")))
                .on("ready", request -> ready())
                .on("metrics", request -> metrics())
                .on("openapi", request -> Reply.ok(new ReplyWriter.OpenApiFile()));
    }

    private Reply ready() {
        if (stopping.getAsBoolean()) {
            return down("the gateway is stopping");
        }
        try {
            blocking.call(() -> database.transact(tx -> tx.find("SELECT 1 AS one", row -> "")));
            return Reply.ok(Map.of("status", "UP"));
        } catch (DatabaseException e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("not ready");
            return down("the database does not answer");
        }
    }

    private static Reply down(String reason) {
        return Reply.of(503, Map.of("status", "DOWN", "reason", reason));
    }

    private Reply metrics() {
        return Reply.ok(
                new Text(
                        "text/plain; version=0.0.4; charset=utf-8", blocking.call(meters::scrape)));
    }
}
