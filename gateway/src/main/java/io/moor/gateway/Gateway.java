package io.moor.gateway;

import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Database;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.HttpService;
import io.moor.gateway.reconcile.Reconciler;
import io.moor.shipper.config.HostPort;
import io.vertx.core.Vertx;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running control plane: the HTTP API and a reconciler on one PostgreSQL database. Any number of
 * them may run on the same database; none is special.
 *
 * <p>It ends in order: accept nothing more, finish requests, stop the reconciler, close the pool.
 */
public final class Gateway implements AutoCloseable {

    /** How long requests may take to end when the gateway stops. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final HostPort listen;
    private final Database database;
    private final Changes changes;
    private final Reconciler reconciler;
    private final Blocking blocking;
    private final Vertx vertx;
    private final HttpService http;
    private final PrometheusMeterRegistry meters;
    private final AtomicBoolean stopping;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Gateway(
            HostPort listen,
            Database database,
            Changes changes,
            Reconciler reconciler,
            Blocking blocking,
            Vertx vertx,
            HttpService http,
            PrometheusMeterRegistry meters,
            AtomicBoolean stopping) {
        this.listen = listen;
        this.database = database;
        this.changes = changes;
        this.reconciler = reconciler;
        this.blocking = blocking;
        this.vertx = vertx;
        this.http = http;
        this.meters = meters;
        this.stopping = stopping;
    }

    /**
     * Connects, migrates, binds and serves. Waits about 10 s for a database that does not answer.
     *
     * @throws GatewayException when the database is not reachable, the port is taken or a provider
     *     cannot be used; nothing is left running then
     */
    public static Gateway start(GatewayConfig config) {
        warmUp();
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Vert.x registers these gauges again and again, which Micrometer reports as a mistake.
        meters.config().meterFilter(MeterFilter.denyNameStartsWith("vertx.http.server.active"));
        var stopping = new AtomicBoolean();
        var database = Wiring.database(config, meters);
        try {
            DatabaseStart.connectAndMigrate(database, config.database().url());
            var wiring = new Wiring(config, database, meters, stopping::get);
            return start(config, wiring, meters, stopping);
        } catch (RuntimeException e) {
            database.close();
            meters.close();
            throw e;
        }
    }

    /**
     * The JDK finds its logging backend under a lock, at the first use, as in {@link
     * ProcessBuilder#start}. On virtual threads that can end in a deadlock: the thread with the
     * lock waits for a carrier, and all carriers are pinned by class initialisers that wait for the
     * lock. So this thread, a platform thread, is the first.
     */
    private static void warmUp() {
        LOG.atTrace()
                .addKeyValue("logger", System.getLogger(Gateway.class.getName()).getName())
                .log("the JDK's logging is ready");
    }

    private static Gateway start(
            GatewayConfig config,
            Wiring wiring,
            PrometheusMeterRegistry meters,
            AtomicBoolean stopping) {
        var blocking = wiring.blocking();
        var vertx = wiring.vertx();
        var http = new HttpService(vertx);
        try {
            wiring.changes().start();
            HostPort address =
                    new HostPort(
                            config.listen().host(),
                            http.start(
                                    config.listen().host(),
                                    config.listen().port(),
                                    wiring.json(),
                                    blocking,
                                    wiring.tokens(),
                                    wiring.routes()));
            wiring.reconciler().start();
            LOG.atDebug().addKeyValue("listen", address).log("the gateway is ready");
            return new Gateway(
                    address,
                    wiring.database(),
                    wiring.changes(),
                    wiring.reconciler(),
                    blocking,
                    vertx,
                    http,
                    meters,
                    stopping);
        } catch (IOException e) {
            wiring.abandon();
            throw new GatewayException(cannotListen(config.listen(), e), e);
        } catch (RuntimeException e) {
            wiring.abandon();
            throw e;
        }
    }

    private static String cannotListen(HostPort listen, IOException e) {
        return e instanceof BindException
                ? "cannot listen on %s: it is in use or not an address of this machine; is another gateway running? Change 'listen' or stop the other one"
                        .formatted(listen)
                : "cannot listen on %s: %s; change 'listen'".formatted(listen, e.getMessage());
    }

    /** Where the API is: {@code http://HOST:PORT}. */
    public URI address() {
        String host = listen.host().contains(":") ? "[" + listen.host() + "]" : listen.host();
        return URI.create("http://" + host + ":" + listen.port());
    }

    /** Stops in order; blocks until it is done. Closing twice does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopping.set(true);
        changes.wakeAll();
        http.stop(GRACE);
        reconciler.close();
        changes.close();
        blocking.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        database.close();
        meters.close();
        LOG.atDebug().log("the gateway has stopped");
    }
}
