package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.ObservedStream;
import io.moor.shipper.Origin;
import io.moor.shipper.ShipperConfig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** All shippers of this instance, one per origin. Thread-safe. */
final class ShipperFleet {

    /** Streams in one report; the gateway takes no more. */
    private static final int STREAMS_MAX = 20_000;

    private final ShipperStarter starter;
    private final Map<Origin, ShipperKeeper> keepers = new HashMap<>();

    ShipperFleet(ShipperStarter starter) {
        this.starter = starter;
    }

    /**
     * Runs exactly these. One whose configuration changed is closed and started anew; one that was
     * finished or fenced stays so while its configuration stays.
     *
     * @param untouched origins that somebody else is finishing right now
     */
    synchronized void ensure(Map<Origin, ShipperConfig> wanted, Set<Origin> untouched)
            throws InterruptedException {
        for (var keeper : List.copyOf(keepers.values())) {
            var origin = keeper.config().origin();
            if (!untouched.contains(origin) && !keeper.config().equals(wanted.get(origin))) {
                keepers.remove(origin);
                keeper.close();
            }
        }
        wanted.forEach((origin, config) ->
                keepers.computeIfAbsent(origin, key -> new ShipperKeeper(config, starter)));
    }

    /** Ships one origin to its end and forgets it; nothing to do when it does not run. */
    void finishAndForget(Origin origin, Duration timeout) throws InterruptedException {
        ShipperKeeper keeper;
        synchronized (this) {
            keeper = keepers.get(origin);
        }
        if (keeper == null) {
            return;
        }
        var _ = keeper.finish(timeout);
        keeper.close();
        synchronized (this) {
            keepers.remove(origin, keeper);
        }
    }

    /** Ships everything to its end, side by side, and ends every shipper. */
    List<Finish> finishAll(Duration timeout) throws InterruptedException {
        List<ShipperKeeper> all;
        synchronized (this) {
            all = List.copyOf(keepers.values());
        }
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
                .flatMap(keeper -> keeper.streams().stream())
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

    /** Ends all at once; nothing is sealed, the next start continues at the byte. */
    synchronized void close() throws InterruptedException {
        for (var keeper : keepers.values()) {
            keeper.close();
        }
        keepers.clear();
    }
}
