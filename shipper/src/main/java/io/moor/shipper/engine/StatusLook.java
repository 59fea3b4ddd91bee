package io.moor.shipper.engine;

import io.moor.shipper.DrainReport.Unshipped;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.FileState;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.shipper.ShipperStatus.StreamStatus;
import io.moor.shipper.tail.FileTail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One look at streams: their rows, and what is to be said of single files. */
final class StatusLook {

    private final InstantSource clock;
    private final long nowNanos;
    private final boolean outage;
    private final Map<Generation, UnshippedAge> ages;
    private final Map<Generation, UnshippedAge> nextAges = new HashMap<>();
    private final List<FileStatus> files = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** Whether the stream that is looked at has more to it than a row and sums. */
    private boolean special;

    /**
     * @param outage whether nobody reads, so that sizes are to be looked at
     * @param ages of the look before
     */
    StatusLook(
            InstantSource clock,
            long nowNanos,
            boolean outage,
            Map<Generation, UnshippedAge> ages) {
        this.clock = clock;
        this.nowNanos = nowNanos;
        this.outage = outage;
        this.ages = ages;
    }

    /** Files of which there is something to say. */
    List<FileStatus> files() {
        return files;
    }

    /** What goes wrong, in words. */
    List<String> problems() {
        return problems;
    }

    /** For the next look. */
    Map<Generation, UnshippedAge> nextAges() {
        return nextAges;
    }

    /**
     * Whether the stream looked at last looks the same until it changes: nothing of it has an age,
     * and nothing is to be said of its files.
     */
    boolean wasSettled() {
        return !special;
    }

    /** The row of a stream; what it has is added to the sums. */
    StreamStatus at(LogStream stream, SourceSums sums) {
        special = outage;
        boolean first = true;
        long behind = 0;
        for (Generation generation : stream.generations()) {
            boolean active = first && !generation.isOver();
            first &= !active;
            behind += at(stream, generation, active, sums);
        }
        long lines = stream.committedLines();
        long bytes = stream.committedBytes();
        sums.streams++;
        sums.lines += lines;
        sums.bytes += bytes;
        sums.behind += behind;
        if (!stream.trouble().isEmpty()) {
            sums.unreadable++;
            problem(stream.livePath() + " cannot be read: " + stream.trouble());
        }
        return new StreamStatus(
                stream.key().value(), stream.target().topic(), lines, bytes, behind);
    }

    /** Bytes behind. */
    private long at(LogStream stream, Generation generation, boolean active, SourceSums sums) {
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
        // Its size, or that it is still open, may change without its stream.
        special |= tail != null && !active;
        boolean deleted = generation.place() == Generation.Place.DELETED;
        if (deleted) {
            sums.pinned++;
            sums.pinnedBytes += generation.sizeSeen();
        }
        long behind = generation.behind();
        if (behind == 0 && !deleted) {
            return 0;
        }
        special = true;
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
    void at(Unopened file, SourceSums sums) {
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
                    Duration.between(Files.getLastModifiedTime(file).toInstant(), clock.instant())
                            .toMillis());
        } catch (IOException e) {
            return 0;
        }
    }

    private void problem(String text) {
        special = true;
        if (problems.size() < ShipperStatus.MOST_PROBLEMS) {
            problems.add(text);
        }
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
}
