package io.moor.gateway.reconcile;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.moor.gateway.attachment.ClaimWork;
import io.moor.gateway.audit.PostgresAuditLog;
import io.moor.gateway.database.Changes;
import io.moor.gateway.database.Database;
import io.moor.gateway.database.DatabaseException;
import io.moor.gateway.instance.PostgresInstanceStore;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.volumes.VolumeProvider;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes things what they should be. Level-triggered: each pass reads what is missing and does it,
 * so a signal that is lost or doubled costs time or nothing. Every gateway runs one, none is
 * special.
 *
 * <p>One thread runs the passes; provider calls, which may take minutes, run beside it on virtual
 * threads, a bounded number at once.
 */
public final class Reconciler implements AutoCloseable {

    /** Most rows that a pass takes of each kind; what is left is the next pass's. */
    private static final int BATCH = 200;

    /** Provider calls at once in one gateway: storage gains nothing from more. */
    private static final int PROVIDER_CALLS = 8;

    private static final Duration STOP_WAIT = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final Database database;
    private final Changes changes;
    private final ClaimWork claims;
    private final PostgresVolumeStore volumes;
    private final PostgresInstanceStore instances;
    private final ProviderWork providerWork;
    private final Gauges gauges;
    private final Duration period;
    private final Timer passes;
    private final Counter failures;
    private final Counter grants;
    private final Semaphore calls = new Semaphore(PROVIDER_CALLS);
    private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread loop;
    private volatile boolean stopping;

    /**
     * @param period longest time between two passes; signals make it shorter
     */
    public Reconciler(
            Database database,
            Changes changes,
            ClaimWork claims,
            PostgresVolumeStore volumes,
            PostgresInstanceStore instances,
            PostgresAuditLog audit,
            Map<String, VolumeProvider> providers,
            MeterRegistry meters,
            Duration period) {
        this.database = database;
        this.changes = changes;
        this.claims = claims;
        this.volumes = volumes;
        this.instances = instances;
        this.providerWork = new ProviderWork(database, volumes, audit, providers);
        this.gauges = new Gauges(meters);
        this.period = period;
        this.passes = meters.timer("moor.reconciler.pass");
        this.failures = meters.counter("moor.reconciler.failures");
        this.grants = meters.counter("moor.reconciler.grants");
        this.loop = Thread.ofVirtual().name("moor-reconciler").unstarted(this::loop);
    }

    public void start() {
        loop.start();
    }

    private void loop() {
        try (var watch = changes.watch(Changes.WORK)) {
            while (!stopping) {
                watch.again();
                boolean more = passSafely();
                if (!more && !stopping) {
                    awaitChange(watch.next());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitChange(Future<?> next) throws InterruptedException {
        try {
            next.get(period.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.atTrace().log("no change; looking anyway");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a signal cannot fail", e);
        }
    }

    /** A pass must not end the loop, whatever it meets: the next one reads everything anew. */
    private boolean passSafely() {
        try {
            Boolean more = passes.record(this::pass);
            return more != null && more;
        } catch (DatabaseException e) {
            failures.increment();
            LOG.atWarn()
                    .addKeyValue("cause", e.getMessage())
                    .log("a reconciler pass failed; it is repeated");
        } catch (RuntimeException e) {
            failures.increment();
            LOG.atError().setCause(e).log("a reconciler pass has a bug; it is repeated");
        }
        return false;
    }

    /** One look at everything; true when a batch was full, so that there may be more. */
    private boolean pass() {
        var missing = database.transact(tx -> claims.missingVolumes(tx, BATCH));
        for (var volume : missing) {
            database.transact(tx -> claims.createVolume(tx, volume));
        }
        var ungranted = database.transact(tx -> claims.missingGrants(tx, BATCH));
        int granted = 0;
        for (var grant : ungranted) {
            if (database.transact(tx -> claims.grant(tx, grant))) {
                granted++;
            }
        }
        grants.increment(granted);
        for (String volume : database.transact(tx -> volumes.due(tx, BATCH))) {
            dispatch(volume);
        }
        gauges.update(
                database.transact(volumes::count), database.transact(instances::countExpired));
        return missing.size() == BATCH || (ungranted.size() == BATCH && granted > 0);
    }

    /**
     * Starts a provider call unless it runs already or too many do; the next pass comes back to it.
     */
    private void dispatch(String volume) {
        if (inFlight.contains(volume) || !calls.tryAcquire()) {
            return;
        }
        inFlight.add(volume);
        workers.execute(() -> {
            try {
                providerWork.run(volume);
            } catch (DatabaseException e) {
                LOG.atWarn()
                        .addKeyValue("volume", volume)
                        .addKeyValue("cause", e.getMessage())
                        .log("work on a volume is interrupted; it is looked at again");
            } finally {
                inFlight.remove(volume);
                calls.release();
            }
        });
    }

    /**
     * Stops passes, lets running provider calls end for a while, then leaves them to the journal.
     */
    @Override
    public void close() {
        stopping = true;
        // Not interrupted: that would break a connection in the middle of a statement.
        changes.wake(Changes.WORK);
        try {
            loop.join(STOP_WAIT);
            workers.shutdown();
            if (!workers.awaitTermination(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn()
                        .addKeyValue("volumes", inFlight)
                        .log("provider calls are still running; the next gateway repeats them");
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
