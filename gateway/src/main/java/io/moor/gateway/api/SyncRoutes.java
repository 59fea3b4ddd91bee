package io.moor.gateway.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.moor.gateway.access.Caller;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Database;
import io.moor.gateway.http.Blocking;
import io.moor.gateway.http.Reply;
import io.moor.gateway.http.Request;
import io.moor.gateway.http.Routes;
import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.moor.gateway.protocol.SyncRequest;
import io.moor.gateway.protocol.SyncResponse;
import io.moor.gateway.sync.Sync;
import io.vertx.core.Future;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The long-polled call of running sidecars. While it waits it holds no thread and no connection: a
 * change that is committed anywhere wakes it.
 */
public final class SyncRoutes {

    private final Database database;
    private final Blocking blocking;
    private final Changes changes;
    private final Sync sync;
    private final BooleanSupplier stopping;
    private final Counter renewals;
    private final AtomicInteger waiting = new AtomicInteger();

    public SyncRoutes(
            Database database,
            Blocking blocking,
            Changes changes,
            Sync sync,
            BooleanSupplier stopping,
            MeterRegistry meters) {
        this.database = database;
        this.blocking = blocking;
        this.changes = changes;
        this.sync = sync;
        this.stopping = stopping;
        this.renewals = meters.counter("moor.lease.renewals");
        meters.gauge("moor.sync.waiting", waiting);
    }

    public void mount(Routes routes) {
        routes.on("syncInstance", this::sync);
    }

    private Reply sync(Request request) {
        request.requireSelf(request.path("instance"));
        if (!(request.caller() instanceof Caller.Instance caller)) {
            throw new Problem(ProblemType.FORBIDDEN, "This needs an instance token.");
        }
        SyncRequest observed = request.body(SyncRequest.class);
        Duration wait =
                Duration.ofMillis(Math.min(observed.waitMs(), sync.longestWait().toMillis()));
        long deadline = System.nanoTime() + wait.toNanos();
        try (var watch = changes.watch(caller.incarnation())) {
            SyncResponse response =
                    blocking.call(() -> database.transact(tx -> sync.arrive(tx, caller, observed)));
            renewals.increment();
            while (response.revision() == observed.seenRevision()
                    && !request.abandoned()
                    && !stopping.getAsBoolean()
                    && awaitChange(watch.next(), deadline - System.nanoTime())) {
                watch.again();
                response =
                        blocking.call(() ->
                                database.transact(tx -> sync.desired(tx, caller.incarnation())));
            }
            return Reply.ok(response);
        }
    }

    /** True when something changed, false when the time is over. */
    private boolean awaitChange(CompletableFuture<Boolean> change, long nanos) {
        if (nanos <= 0) {
            return false;
        }
        waiting.incrementAndGet();
        try {
            return Future.await(
                    Future.fromCompletionStage(change)
                            .timeout(nanos, TimeUnit.NANOSECONDS)
                            .recover(failure ->
                                    failure instanceof TimeoutException
                                            ? Future.succeededFuture(false)
                                            : Future.failedFuture(failure)));
        } finally {
            waiting.decrementAndGet();
        }
    }
}
