package io.moor.shipper.engine;

import io.moor.shipper.DrainReport.Unshipped;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.FileState;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.ShipperStatus.StreamStatus;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.tail.FileTail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Looks at all streams and says where they stand. Belongs to the engine's thread. One look costs
 * time for every stream, so there are at most ten a second, fewer with many streams, and one a
 * second while nothing is committed.
 */
final class StatusReport {

    private static final long BUSY = Orders.millis(100);
    private static final long IDLE = Orders.millis(1_000);

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
    private Map<Generation, UnshippedAge> ages = new HashMap<>();
    private boolean changed;
    private boolean looked;
    private long lookedNanos;

    StatusReport(ShipperConfig config, StreamBook book, InstantSource clock) {
        this.config = config;
        this.book = book;
        this.clock = clock;
    }

    /** Something was committed. */
    void changed() {
        changed = true;
    }

    boolean isDue(long nowNanos) {
        long pause = Math.max(changed ? BUSY : IDLE, book.streams().size() * PER_STREAM);
        return !looked || nowNanos - lookedNanos >= pause;
    }

    ShipperStatus status(ShipperStatus.State state, String waitingFor, long nowNanos) {
        boolean outage = !waitingFor.isEmpty();
        looked = true;
        lookedNanos = nowNanos;
        changed = false;
        Look look = new Look(nowNanos, outage);
        for (LogStream stream : book.streams()) {
            look.at(stream);
        }
        for (Unopened file : book.unopened()) {
            look.at(file);
        }
        ages = look.nextAges;
        look.files.sort(WORST_FIRST);
        return new ShipperStatus(
                config.origin().id(),
                state,
                config.delivery().written(),
                waitingFor,
                look.sources.values().stream().map(Sums::status).toList(),
                look.streams,
                look.files.subList(0, Math.min(look.files.size(), ShipperStatus.MOST_FILES)),
                look.problems);
    }

    /** One pass over everything. */
    private final class Look {

        private final long nowNanos;
        private final boolean outage;
        private final Map<String, Sums> sources = new LinkedHashMap<>();
        private final List<StreamStatus> streams = new ArrayList<>(book.streams().size());
        private final List<FileStatus> files = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private final Map<Generation, UnshippedAge> nextAges = new HashMap<>();

        Look(long nowNanos, boolean outage) {
            this.nowNanos = nowNanos;
            this.outage = outage;
            config.sources().forEach(source -> sources.put(source.name(), new Sums(source)));
        }

        void at(LogStream stream) {
            Sums sums = sums(stream.globs().source());
            boolean first = true;
            long behind = 0;
            for (Generation generation : stream.generations()) {
                boolean active = first && !generation.isOver();
                first &= !active;
                behind += at(stream, generation, active, sums);
            }
            sums.streams++;
            sums.lines += stream.committedLines();
            sums.bytes += stream.committedBytes();
            sums.behind += behind;
            streams.add(
                    new StreamStatus(
                            stream.key().value(),
                            stream.target().topic(),
                            stream.committedLines(),
                            stream.committedBytes(),
                            behind));
            if (!stream.trouble().isEmpty()) {
                sums.unreadable++;
                problem(stream.livePath() + " cannot be read: " + stream.trouble());
            }
        }

        /** Bytes behind. */
        private long at(LogStream stream, Generation generation, boolean active, Sums sums) {
            FileTail tail = generation.tail();
            if (generation.onDisk()) {
                sums.files++;
            }
            if (generation.lostEnd() > generation.committedOffset()) {
                problem(
                        generation.path()
                                + " lost bytes "
                                + generation.committedOffset()
                                + "-"
                                + generation.lostEnd()
                                + " ("
                                + generation.fileId()
                                + "): they were overwritten or gone before they were read");
            }
            if (tail == null && !generation.isParked()) {
                return 0;
            }
            // The file that is read is looked at by its reader, unless nothing is read.
            if (tail != null && (outage || (!active && !generation.isOver()))) {
                size(tail);
            }
            boolean deleted = generation.place() == Generation.Place.DELETED;
            if (deleted) {
                sums.pinned++;
                sums.pinnedBytes += generation.sizeSeen();
            }
            long behind = generation.behind();
            if (behind == 0 && !deleted) {
                return 0;
            }
            long age = behind == 0 ? 0 : age(generation);
            sums.oldest = Math.max(sums.oldest, age);
            files.add(
                    new FileStatus(
                            stream.globs().source().name(),
                            stream.key().value(),
                            generation.path().toString(),
                            generation.fileId(),
                            state(stream, active, deleted),
                            generation.sizeSeen(),
                            generation.committedOffset(),
                            behind,
                            age));
            return behind;
        }

        private static FileState state(LogStream stream, boolean active, boolean deleted) {
            if (active && !stream.trouble().isEmpty()) {
                return FileState.UNREADABLE;
            }
            if (deleted) {
                return FileState.DELETED;
            }
            return active ? FileState.READING : FileState.WAITING;
        }

        private long age(Generation generation) {
            UnshippedAge known = ages.get(generation);
            UnshippedAge age =
                    known == null
                            ? new UnshippedAge(
                                    generation.sizeSeen(),
                                    nowNanos - generation.quiet(nowNanos).toNanos())
                            : known;
            nextAges.put(generation, age);
            return TimeUnit.NANOSECONDS.toMillis(
                    age.look(generation.committedOffset(), generation.sizeSeen(), nowNanos));
        }

        /** A file that matches and could not be opened. */
        void at(Unopened file) {
            Sums sums = sums(file);
            // How many bytes of log a compressed file holds is not known.
            boolean packed = WrittenSince.isPacked(file.path());
            long size = packed ? 0 : file.size();
            long age = file.size() == 0 ? 0 : sinceModified(file.path());
            sums.unreadable++;
            sums.behind += size;
            sums.oldest = Math.max(sums.oldest, age);
            files.add(
                    new FileStatus(
                            sums.source.name(),
                            file.key().value(),
                            file.path().toString(),
                            Unshipped.NO_ID,
                            FileState.UNREADABLE,
                            size,
                            0,
                            size,
                            age));
            problem(file.path() + " cannot be opened: " + why(file.path()));
        }

        private long sinceModified(Path file) {
            try {
                return Math.max(
                        0,
                        Duration.between(
                                        Files.getLastModifiedTime(file).toInstant(),
                                        clock.instant())
                                .toMillis());
            } catch (IOException e) {
                return 0;
            }
        }

        private Sums sums(SourceConfig source) {
            return sources.computeIfAbsent(source.name(), _ -> new Sums(source));
        }

        /** The source is the fourth part of the key. */
        private Sums sums(Unopened file) {
            String name = file.key().value().split("/", 5)[3];
            return sources.values().stream()
                    .filter(sums -> encoded(sums.source.name()).equals(name))
                    .findFirst()
                    .orElseGet(() -> sums(config.sources().getFirst()));
        }

        private void problem(String text) {
            if (problems.size() < ShipperStatus.MOST_PROBLEMS) {
                problems.add(text);
            }
        }
    }

    private static String encoded(String part) {
        return part.replace("%", "%25").replace("/", "%2F");
    }

    private static void size(FileTail tail) {
        try {
            tail.hasNews();
        } catch (IOException e) {
            // The size seen last is the best there is; its reader tells the reason.
        }
    }

    private static String why(Path file) {
        if (Files.notExists(file)) {
            return "it is gone; if it comes back it is shipped";
        }
        return Files.isReadable(file)
                ? "it is tried again at every scan; the log tells the reason"
                : "this user may not read it; give it the right, it is tried again at every scan";
    }

    /** Sums over a source. */
    private static final class Sums {
        private final SourceConfig source;
        private int streams;
        private int files;
        private long lines;
        private long bytes;
        private long behind;
        private long oldest;
        private int pinned;
        private long pinnedBytes;
        private int unreadable;

        Sums(SourceConfig source) {
            this.source = source;
        }

        SourceStatus status() {
            return new SourceStatus(
                    source.name(),
                    source.topic(),
                    streams,
                    files,
                    lines,
                    bytes,
                    behind,
                    oldest,
                    pinned,
                    pinnedBytes,
                    unreadable);
        }
    }
}
