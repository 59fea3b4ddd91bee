package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.ObservedStream;
import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.Shippers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * All shippers of this instance, one per origin. Ending one can take long, so it is never done
 * under the monitor: whoever reports the streams must not wait for it. Thread-safe.
 */
final class ShipperFleet {

    /** Streams in one report; the gateway takes no more. */
    private static final int STREAMS_MAX = 20_000;

    /** Ends after which a shipper of the origin may be started again; a fenced one may not. */
    private static final Set<DrainReport.End> MAY_GO_ON =
            Set.of(DrainReport.End.DRAINED, DrainReport.End.OUT_OF_TIME);

    private final ShipperStarter starter;
    private final Runnable closed;
    private final Map<Origin, ShipperKeeper> keepers = new HashMap<>();
    private final Set<Origin> closing = new HashSet<>();
    private final Map<Origin, Finish> finished = new HashMap<>();
    private boolean ended;

    /**
     * @param closed called when an origin that waited for its former shipper is free again
     */
    ShipperFleet(ShipperStarter starter, Runnable closed) {
        this.starter = starter;
        this.closed = closed;
    }

    /**
     * Runs exactly these; never waits. One whose configuration changed is closed, and started anew
     * by a later call, after {@code closed} was called; one that was finished or fenced stays so
     * while its configuration stays.
     *
     * @param untouched origins that somebody else is finishing right now
     */
    synchronized void ensure(Map<Origin, ShipperConfig> wanted, Set<Origin> untouched) {
        if (ended) {
            return;
        }
        for (var keeper : List.copyOf(keepers.values())) {
            var origin = keeper.config().origin();
            if (!untouched.contains(origin) && !keeper.config().equals(wanted.get(origin))) {
                keepers.remove(origin);
                closing.add(origin);
                Thread.ofVirtual().name("closing-" + origin).start(() -> closeAside(keeper));
            }
        }
        wanted.forEach((origin, config) -> {
            if (!closing.contains(origin) && !keepers.containsKey(origin)) {
                finished.remove(origin);
                keepers.put(origin, new ShipperKeeper(config, starter));
            }
        });
    }

    private void closeAside(ShipperKeeper keeper) {
        try {
            keeper.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                closing.remove(keeper.config().origin());
                notifyAll();
            }
            closed.run();
        }
    }

    /** Waits until no former shipper is being closed aside, or the time is over. */
    synchronized void awaitClosed(Duration timeout) throws InterruptedException {
        var deadline = System.nanoTime() + timeout.toNanos();
        while (!closing.isEmpty() && deadline - System.nanoTime() > 0) {
            wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
    }

    /** Ships one origin to its end and forgets its shipper; nothing to do when none runs. */
    void finishAndForget(Origin origin, Duration timeout) throws InterruptedException {
        ShipperKeeper keeper;
        synchronized (this) {
            keeper = keepers.get(origin);
        }
        if (keeper == null) {
            return;
        }
        var finish = keeper.finish(timeout);
        keeper.close();
        synchronized (this) {
            if (keepers.remove(origin, keeper)) {
                finished.put(origin, finish);
            }
        }
    }

    /** How an origin ended that was finished alone and has had no shipper since. */
    synchronized List<Finish> finishedAlone(Set<Origin> origins) {
        return origins.stream().map(finished::get).filter(each -> each != null).toList();
    }

    /** Ships everything to its end, side by side, and ends every shipper. */
    List<Finish> finishAll(Duration timeout) throws InterruptedException {
        List<ShipperKeeper> all;
        synchronized (this) {
            all = List.copyOf(keepers.values());
        }
        return finish(all, timeout);
    }

    private static List<Finish> finish(List<ShipperKeeper> all, Duration timeout)
            throws InterruptedException {
        var finishes = new ArrayList<Finish>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new LinkedHashMap<ShipperKeeper, Future<Finish>>();
            for (var keeper : all) {
                Callable<Finish> task = () -> keeper.finish(timeout);
                futures.put(keeper, executor.submit(task));
            }
            for (var entry : futures.entrySet()) {
                finishes.add(result(entry.getKey(), entry.getValue()));
            }
        }
        for (var keeper : all) {
            keeper.close();
        }
        return finishes;
    }

    private static Finish result(ShipperKeeper keeper, Future<Finish> future)
            throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            return new Finish.Unknown(keeper.config().origin(), "unexpected " + e.getCause());
        }
    }

    /** Every stream, for the report to the gateway. */
    synchronized List<ObservedStream> streams() {
        return keepers.values().stream()
                .flatMap(keeper -> keeper.status().streams().stream())
                .map(stream ->
                        new ObservedStream(
                                stream.stream(),
                                stream.topic(),
                                stream.committedLines(),
                                stream.committedBytes(),
                                stream.behindBytes()))
                .limit(STREAMS_MAX)
                .toList();
    }

    /** What every shipper does; never blocks. */
    synchronized List<ShipperStatus> statuses() {
        return keepers.values().stream().map(ShipperKeeper::status).toList();
    }

    /**
     * What was written to the instance's own disk after its shipper had finished; volumes are
     * released by then. Blocks for a look at the file system.
     */
    Map<Origin, List<DrainReport.Late>> writtenSince() {
        List<ShipperKeeper> all;
        synchronized (this) {
            all = List.copyOf(keepers.values());
        }
        var late = new LinkedHashMap<Origin, List<DrainReport.Late>>();
        for (var keeper : all) {
            var config = keeper.config();
            if (config.scope().volume().isEmpty()) {
                keeper.report()
                        .filter(report -> MAY_GO_ON.contains(report.end()))
                        .map(report -> Shippers.writtenSince(config, report))
                        .filter(found -> !found.isEmpty())
                        .ifPresent(found -> late.put(config.origin(), found));
            }
        }
        return late;
    }

    /** Ships these to their end once more, with new shippers, and ends them. */
    List<Finish> finishAgain(Set<Origin> origins, Duration timeout) throws InterruptedException {
        var again = new ArrayList<ShipperKeeper>();
        synchronized (this) {
            for (var origin : origins) {
                var before = keepers.get(origin);
                if (before != null && !ended) {
                    var keeper = new ShipperKeeper(before.config(), starter);
                    keepers.put(origin, keeper);
                    again.add(keeper);
                }
            }
        }
        return finish(again, timeout);
    }

    /** Ends all; nothing is sealed, the next start continues at the byte. Blocks. */
    void close() throws InterruptedException {
        List<ShipperKeeper> all;
        synchronized (this) {
            all = List.copyOf(keepers.values());
            keepers.clear();
            finished.clear();
            all.forEach(keeper -> closing.add(keeper.config().origin()));
        }
        all.forEach(keeper ->
                Thread.ofVirtual()
                        .name("closing-" + keeper.config().origin())
                        .start(() -> closeAside(keeper)));
        synchronized (this) {
            while (!closing.isEmpty()) {
                wait();
            }
        }
    }

    /** Ends all, and starts none any more, whoever asks. */
    void end() throws InterruptedException {
        synchronized (this) {
            ended = true;
        }
        close();
    }
}
