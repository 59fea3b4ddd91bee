package io.moor.gateway.api;

import io.moor.gateway.access.Caller;
import io.moor.gateway.database.Database;
import io.moor.gateway.database.Transaction;
import io.moor.gateway.drain.Drain;
import io.moor.gateway.drain.Drains;
import io.moor.gateway.drain.PostgresDrainStore;
import io.moor.gateway.drain.Receipt;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.IdempotentChanges;
import io.moor.gateway.http.Page;
import io.moor.gateway.http.Reply;
import io.moor.gateway.http.Request;
import io.moor.gateway.http.Routes;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.moor.gateway.protocol.RegisterRequest;
import io.moor.gateway.protocol.RegisterResponse;
import io.moor.gateway.registration.Registration;

import java.time.Duration;

/** Instances: joining, looking at them, draining them. */
public final class InstanceRoutes {

    private record DrainRequest(long timeoutMs) {}

    private final Database database;
    private final Blocking blocking;
    private final IdempotentChanges changes;
    private final PostgresInstanceStore instances;
    private final PostgresDrainStore drainStore;
    private final Registration registration;
    private final Drains drains;
    private final Views views;

    public InstanceRoutes(
            Database database,
            Blocking blocking,
            IdempotentChanges changes,
            PostgresInstanceStore instances,
            PostgresDrainStore drainStore,
            Registration registration,
            Drains drains,
            Views views) {
        this.database = database;
        this.blocking = blocking;
        this.changes = changes;
        this.instances = instances;
        this.drainStore = drainStore;
        this.registration = registration;
        this.drains = drains;
        this.views = views;
    }

    public void mount(Routes routes) {
        routes.on("registerInstance", this::register)
                .on("listInstances", this::list)
                .on("getInstance", this::get)
                .on("drainInstance", this::drain)
                .on("getReceipt", this::receipt);
    }

    private Reply register(Request request) {
        RegisterRequest wanted = request.body(RegisterRequest.class);
        if (!(request.caller() instanceof Caller.Joiner joiner)
                || !joiner.group().equals(wanted.group())) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "This join token is not of group '" + wanted.group() + "'.");
        }
        RegisterResponse response =
                blocking.call(() -> database.transact(tx -> registration.register(tx, wanted)));
        return Reply.of(201, response);
    }

    private Reply list(Request request) {
        Page.Wanted wanted = request.page();
        Page.TimeAndId after = wanted.timeAndId();
        return blocking.call(() ->
                database.transact(tx ->
                        Reply.ok(
                                Page.of(
                                        instances.page(tx, after.time(), after.id(), wanted.rows()),
                                        wanted,
                                        row ->
                                                Page.TimeAndId.position(
                                                        row.registeredAt(), row.incarnation()),
                                        row -> views.instance(tx, row)))));
    }

    private Reply get(Request request) {
        request.requireSelf(request.path("instance"));
        return blocking.call(
                () -> database.transact(tx -> Reply.ok(views.instance(tx, find(tx, request)))));
    }

    private Reply drain(Request request) {
        request.requireSelf(request.path("instance"));
        Duration timeout = Duration.ofMillis(request.body(DrainRequest.class).timeoutMs());
        return blocking.call(() -> changes.run(request, tx -> drain(tx, request, timeout)));
    }

    private Reply drain(Transaction tx, Request request, Duration timeout) {
        Instance instance = instances.lock(tx, find(tx, request).incarnation()).orElseThrow();
        Drain drain = drains.order(tx, request.actor(), instance, timeout);
        Instance now = instances.find(tx, instance.incarnation()).orElseThrow();
        return Reply.of(202, DrainView.of(drain, now));
    }

    private Reply receipt(Request request) {
        String id = request.path("instance");
        request.requireSelf(id);
        Receipt receipt =
                blocking.call(() ->
                        database.transact(tx ->
                                drainStore
                                        .withReceipt(tx, id)
                                        .map(Drain::receipt)
                                        .orElseThrow(() ->
                                                Problem.notFound("receipt of instance", id))));
        return Reply.ok(receipt);
    }

    private Instance find(Transaction tx, Request request) {
        String id = request.path("instance");
        if (request.caller() instanceof Caller.Instance self) {
            return instances.find(tx, self.incarnation()).orElseThrow();
        }
        return instances.latest(tx, id).orElseThrow(() -> Problem.notFound("instance", id));
    }
}
