package io.moor.shipper.engine;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.ShipperStatus.StreamStatus;
import io.moor.shipper.SourceConfig;

import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Looks at streams and says where they stand. Belongs to the engine's thread. Streams that did not
 * change, and of which nothing but their sums is to be said, are not looked at again; all are from
 * time to time, in an outage and in a drain. There are at most ten looks a second, fewer with many
 * streams, and one a second while nothing is committed.
 */
final class StatusReport {

    private static final long BUSY = Orders.millis(100);
    private static final long IDLE = Orders.millis(1_000);

    /** What changed without a sign is told after this time at the latest. */
    private static final long WHOLE = Orders.millis(30_000);

    /**
     * A look takes about half a microsecond for each stream: with this pause for each, looking
     * costs a quarter of a percent of a core at most, however many there are.
     */
    private static final long PER_STREAM = TimeUnit.MICROSECONDS.toNanos(200);

    private static final Comparator<FileStatus> WORST_FIRST =
            Comparator.comparingLong(FileStatus::oldestUnshippedMs)
                    .thenComparingLong(FileStatus::behindBytes)
                    .reversed();

    private final ShipperConfig config;
    private final StreamBook book;
    private final InstantSource clock;
    private final StreamChanges.Since since;
    private Map<Generation, UnshippedAge> ages = new HashMap<>();

    /** The row of each stream, where {@link #numbers} says. */
    private final List<StreamStatus> rows = new ArrayList<>();

    private final Map<LogStream, Integer> numbers = new HashMap<>();

    /** What settled streams have, and its sums by the name of the source. */
    private final Map<LogStream, SourceSums> settled = new HashMap<>();

    private final Map<String, SourceSums> settledSums = new LinkedHashMap<>();

    /** The other streams. */
    private final Set<LogStream> unsettled = new LinkedHashSet<>();

    private @Nullable ShipperStatus last;
    private boolean changed;
    private long lookedNanos;
    private long wholeNanos;

    StatusReport(ShipperConfig config, StreamBook book, InstantSource clock) {
        this.config = config;
        this.book = book;
        this.clock = clock;
        this.since = book.changes().since();
    }

    /** Something was committed. */
    void changed() {
        changed = true;
    }

    boolean isDue(long nowNanos) {
        long pause = Math.max(changed ? BUSY : IDLE, book.streams().size() * PER_STREAM);
        return last == null || nowNanos - lookedNanos >= pause;
    }

    ShipperStatus status(ShipperStatus.State state, String waitingFor, long nowNanos) {
        lookedNanos = nowNanos;
        changed = false;
        boolean outage = !waitingFor.isEmpty();
        ShipperStatus last = this.last;
        boolean same =
                last != null && last.state() == state && last.waitingFor().equals(waitingFor);
        boolean whole =
                !same
                        || outage
                        || state != ShipperStatus.State.RUNNING
                        || nowNanos - wholeNanos >= WHOLE;
        if (whole) {
            wholeNanos = nowNanos;
            forgetAll();
        }
        boolean news = since.isAnything();
        Collection<LogStream> streams = toLookAt(whole);
        if (last != null && !whole && !news && streams.isEmpty() && book.unopened().isEmpty()) {
            return last;
        }
        StatusLook look = new StatusLook(clock, nowNanos, outage, ages);
        Map<String, SourceSums> sums = look(streams, look);
        ages = look.nextAges();
        look.files().sort(WORST_FIRST);
        ShipperStatus now =
                new ShipperStatus(
                        config.origin().id(),
                        state,
                        config.delivery().written(),
                        waitingFor,
                        sources(sums),
                        rows,
                        look.files()
                                .subList(
                                        0, Math.min(look.files().size(), ShipperStatus.MOST_FILES)),
                        look.problems());
        this.last = now;
        return now;
    }

    private Collection<LogStream> toLookAt(boolean whole) {
        Collection<LogStream> changes = since.take(book.streams());
        if (whole) {
            return book.streams();
        }
        Set<LogStream> streams = new LinkedHashSet<>(unsettled);
        streams.addAll(changes);
        return streams;
    }

    private void forgetAll() {
        settled.clear();
        settledSums.clear();
        unsettled.clear();
    }

    /** Sums of what is not settled. */
    private Map<String, SourceSums> look(Collection<LogStream> streams, StatusLook look) {
        Map<String, SourceSums> sums = new LinkedHashMap<>();
        for (LogStream stream : streams) {
            SourceSums before = settled.remove(stream);
            if (before != null) {
                sums(settledSums, before.source).subtract(before);
            }
            SourceSums own = new SourceSums(stream.globs().source());
            row(stream, look.at(stream, own));
            if (look.wasSettled()) {
                unsettled.remove(stream);
                settled.put(stream, own);
                sums(settledSums, own.source).add(own);
            } else {
                unsettled.add(stream);
                sums(sums, own.source).add(own);
            }
        }
        for (Unopened file : book.unopened()) {
            look.at(file, sums(sums, source(file)));
        }
        return sums;
    }

    private void row(LogStream stream, StreamStatus row) {
        Integer number = numbers.putIfAbsent(stream, rows.size());
        if (number == null) {
            rows.add(row);
        } else {
            rows.set(number, row);
        }
    }

    private List<SourceStatus> sources(Map<String, SourceSums> unsettledSums) {
        Map<String, SourceSums> all = new LinkedHashMap<>();
        config.sources().forEach(source -> sums(all, source));
        settledSums.values().forEach(each -> sums(all, each.source).add(each));
        unsettledSums.values().forEach(each -> sums(all, each.source).add(each));
        return all.values().stream().map(SourceSums::status).toList();
    }

    private static SourceSums sums(Map<String, SourceSums> all, SourceConfig source) {
        return all.computeIfAbsent(source.name(), _ -> new SourceSums(source));
    }

    /** The source is the fourth part of the key. */
    private SourceConfig source(Unopened file) {
        String name = file.key().value().split("/", 5)[3];
        return config.sources().stream()
                .filter(source -> encoded(source.name()).equals(name))
                .findFirst()
                .orElseGet(() -> config.sources().getFirst());
    }

    private static String encoded(String part) {
        return part.replace("%", "%25").replace("/", "%2F");
    }
}
