package io.moor.shipper.engine;

import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.GzipProbe;
import io.moor.shipper.tail.GzipProbe.Result;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of compressed files: each is read through once, a slice at a time and one after the
 * other, before anything is decided, and again only when it looks different.
 */
final class GzipFiles implements AutoCloseable {

    /** Decompressed per look, at most; some 100 ms. */
    private static final long SLICE = 16L << 20;

    /** An incomplete file that nobody writes to for so long is a damaged one. */
    private static final Duration STILL_WRITTEN = Duration.ofSeconds(10);

    private static final String SUFFIX = ".gz";
    private static final Result PENDING = new Result.Pending();

    private final FileObserver observer;
    private final InstantSource clock;
    private final Map<Path, Known> known = new HashMap<>();
    private @Nullable ObservedFile current;
    private Set<String> asked = Set.of();
    private @Nullable GzipProbe probe;
    private long left;
    private long progress;

    GzipFiles(FileObserver observer, InstantSource clock) {
        this.observer = observer;
        this.clock = clock;
    }

    /**
     * @param asked file ids of the generations that were looked for in it
     */
    private record Known(ObservedFile file, Result result, Set<String> asked) {

        /**
         * That a file does not begin with the bytes of a generation stays true when the generation
         * grows, that it does need not; and one of which nothing was seen was not looked for.
         */
        boolean answers(Collection<Generation> candidates) {
            if (!(result instanceof Result.Whole(var _, var holds, var _))) {
                return true;
            }
            for (Generation each : candidates) {
                Frontier place = holds.get(each.fileId());
                boolean stale =
                        place == null
                                ? !asked.contains(each.fileId()) && each.isRecognisable()
                                : place.offset() != each.committedOffset();
                if (stale) {
                    return false;
                }
            }
            return true;
        }
    }

    static boolean isGzip(Path file) {
        return String.valueOf(file.getFileName()).endsWith(SUFFIX);
    }

    /** The name without the suffix. */
    static Path plain(Path file) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()));
    }

    /** A new look at the directories: files that are not there any more are forgotten. */
    void begin(Set<Path> present) {
        left = SLICE;
        known.keySet().retainAll(present);
        if (current != null && !present.contains(current.path())) {
            stop();
        }
    }

    /** Grows by one with each slice after the first of a file, and with each one that is whole. */
    long progress() {
        return progress;
    }

    /**
     * What a file is.
     *
     * @param listed as a listing showed it
     * @param candidates generations it may be of; it is read through again when it is not known of
     *     one of them whether it begins with what is committed by now
     * @return pending, also while it is still written
     */
    Result look(ObservedFile listed, Collection<Generation> candidates) throws IOException {
        Known before = known.get(listed.path());
        if (before != null && !before.answers(candidates)) {
            known.remove(listed.path());
            before = null;
        }
        if (before != null
                && before.result() instanceof Result.Whole
                && before.file().equals(listed)) {
            return before.result();
        }
        // A listing is as old as the last change of its directory; the file may have grown since.
        ObservedFile now = observer.observe(listed.path()).orElse(null);
        if (now == null || !now.physical().isSameFile(listed.physical())) {
            return PENDING;
        }
        if (before == null || !before.file().equals(now)) {
            Result result = advance(now, candidates);
            if (result instanceof Result.Pending) {
                return result;
            }
            before = new Known(now, result, asked);
            known.put(listed.path(), before);
        }
        return isStillWritten(before) ? PENDING : before.result();
    }

    private boolean isStillWritten(Known file) {
        return file.result() instanceof Result.Incomplete
                && file.file().modified().isAfter(clock.instant().minus(STILL_WRITTEN));
    }

    /** What is known of a file that was looked at; pending when it was not. */
    Result known(ObservedFile listed) {
        Known before = known.get(listed.path());
        return before != null && before.file().physical().isSameFile(listed.physical())
                ? (isStillWritten(before) ? PENDING : before.result())
                : PENDING;
    }

    /** Whether one that was not whole looks different now; a listing does not show it. */
    boolean changed() {
        for (Known each : known.values()) {
            if (!(each.result() instanceof Result.Whole)
                    && observer.observe(each.file().path()).filter(each.file()::equals).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private Result advance(ObservedFile file, Collection<Generation> candidates)
            throws IOException {
        if (left <= 0 || (current != null && !current.path().equals(file.path()))) {
            return PENDING;
        }
        GzipProbe now = probe;
        boolean goesOn = now != null && file.equals(current);
        if (now == null || !goesOn) {
            stop();
            List<Generation> sought =
                    candidates.stream().filter(Generation::isRecognisable).toList();
            now = new GzipProbe(file.path(), sought.stream().map(Generation::committed).toList());
            asked = sought.stream().map(Generation::fileId).collect(Collectors.toSet());
            probe = now;
            current = file;
        }
        boolean done = false;
        try {
            Result result = now.advance(left);
            // What a slice did not use up is left for the next small file.
            left -= result instanceof Result.Whole(long length, var _, var _) ? length + 1 : SLICE;
            done = !(result instanceof Result.Pending);
            progress += result instanceof Result.Whole || (!done && goesOn) ? 1 : 0;
            boolean same = observer.observe(file.path()).filter(file::equals).isPresent();
            return same ? result : PENDING;
        } finally {
            if (done) {
                stop();
            }
        }
    }

    private void stop() {
        GzipProbe now = probe;
        probe = null;
        current = null;
        if (now != null) {
            try {
                now.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        stop();
    }
}
