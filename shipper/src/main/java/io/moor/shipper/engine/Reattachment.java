package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.EvidenceMatcher;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.Match;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.GzipProbe.Result;
import io.moor.shipper.tail.Inflaters;
import io.moor.shipper.tail.Scan;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the generations that checkpoints tell of again among the files that are there: all of them
 * by physical identity first, and where that changed (a volume restored elsewhere) by content,
 * under their own name or a name that rotation makes of it, the longest evidence first. So no
 * stream takes the file of another.
 */
final class Reattachment {

    private static final Logger LOG = LoggerFactory.getLogger(Reattachment.class);

    private final FileObserver observer;
    private final InstantSource clock;
    private final Complaints complaints;
    private final GzipFiles gzipFiles;
    private final Inflaters inflaters;
    private final Handles handles;

    Reattachment(
            FileObserver observer,
            InstantSource clock,
            Complaints complaints,
            GzipFiles gzipFiles,
            Inflaters inflaters,
            Handles handles) {
        this.observer = observer;
        this.clock = clock;
        this.complaints = complaints;
        this.gzipFiles = gzipFiles;
        this.inflaters = inflaters;
        this.handles = handles;
    }

    record Sought(LogStream stream, Generation generation, GenerationCheckpoint record) {}

    /**
     * @param open what is still to be looked for in compressed files, or given up
     * @param all whether nothing failed that the next scan must try again
     */
    record Outcome(List<Sought> open, boolean all) {
        static final Outcome NOTHING = new Outcome(List.of(), true);

        /** Those of which a whole listing shows that no file there is theirs. */
        Set<Generation> notIn(Scan scan) {
            return open.stream()
                    .map(Sought::generation)
                    .filter(each -> !scan.incomplete().contains(each.path().getParent()))
                    .collect(Collectors.toSet());
        }
    }

    /** Where to look for one generation; whether it was found, or what was found decided it. */
    @FunctionalInterface
    private interface Search {
        boolean decides(Sought sought) throws IOException;
    }

    /**
     * Looks for every generation that was not found yet, newest first. What stays open is told to
     * {@link #settle} when compressed files were looked at, too.
     */
    Outcome attach(Collection<LogStream> streams, FileIndex files, long nowNanos) {
        List<Sought> open = sought(streams);
        if (open.isEmpty()) {
            return Outcome.NOTHING;
        }
        List<Sought> failed = new ArrayList<>();
        search(open, failed, sought -> byIdentity(sought, files, nowNanos));
        open.sort(Comparator.comparingLong((Sought sought) -> sought.record().offset()).reversed());
        ContentIndex contents = new ContentIndex(files);
        search(open, failed, sought -> byContent(sought, files, contents, true, nowNanos));
        search(open, failed, sought -> byContent(sought, files, contents, false, nowNanos));
        return new Outcome(List.copyOf(open), failed.isEmpty());
    }

    /**
     * Decides what was not found at all.
     *
     * @param isWaitedFor whether a stream's rest may still be found in a file not judged yet
     * @return false when the next scan must look again for what may be unread
     */
    boolean settle(Outcome outcome, Scan scan, Predicate<LogStream> isWaitedFor, long nowNanos) {
        boolean all = outcome.all();
        for (Sought sought : outcome.open()) {
            Generation generation = sought.generation();
            if (!generation.isSought()) {
                continue;
            }
            boolean unproven =
                    scan.incomplete().contains(generation.path().getParent())
                            || isWaitedFor.test(sought.stream());
            if (unproven) {
                all &= !generation.isUnread();
            } else if (!generation.isAbsentAgain()) {
                all = false;
            } else {
                vanished(sought.stream(), generation, nowNanos);
            }
        }
        return all;
    }

    private static List<Sought> sought(Collection<LogStream> streams) {
        List<Sought> sought = new ArrayList<>();
        for (LogStream stream : streams) {
            for (Generation generation : stream.generations().reversed()) {
                GenerationCheckpoint record = generation.known();
                if (generation.isSought() && record != null) {
                    sought.add(new Sought(stream, generation, record));
                }
            }
        }
        return sought;
    }

    private void search(List<Sought> open, List<Sought> failed, Search search) {
        for (Sought sought : List.copyOf(open)) {
            try {
                if (search.decides(sought)) {
                    open.remove(sought);
                }
            } catch (IOException e) {
                complaints.unreadable(sought.generation().path(), e);
                open.remove(sought);
                failed.add(sought);
            }
        }
    }

    private boolean byIdentity(Sought sought, FileIndex files, long nowNanos) throws IOException {
        Optional<ObservedFile> found =
                files.find(sought.record().evidence().physical(), sought.generation().path())
                        .filter(file -> !files.isTaken(file));
        if (found.isEmpty()) {
            return false;
        }
        try {
            inFile(sought, found.get(), files, nowNanos);
        } catch (IOException e) {
            // It is this one's whatever failed: nothing else may begin with it meanwhile.
            files.take(found.get());
            throw e;
        }
        return true;
    }

    private void inFile(Sought sought, ObservedFile file, FileIndex files, long nowNanos)
            throws IOException {
        Generation generation = sought.generation();
        End ended = generation.ended();
        boolean finished = ended != null && ended != End.VANISHED;
        boolean certain = file.physical().isCertainly(sought.record().evidence().physical());
        boolean compressed = sought.record().isCompressed();
        long expected = compressed ? sought.record().compressedSize() : sought.record().offset();
        if (finished && certain && file.size() == expected) {
            files.take(file);
            generation.found(file, sought.stream().livePath(), nowNanos);
            return;
        }
        if (compressed) {
            inGzip(sought, file, files, nowNanos);
            return;
        }
        Optional<Frontier> place = FrontierFinder.find(file.path(), sought.record());
        if (place.isPresent()) {
            resume(sought, file, place.get(), files, nowNanos);
        } else {
            requireStill(file);
            rewritten(sought, file, nowNanos);
        }
    }

    /** A name that moved on since the scan leads to the bytes of another file. */
    private void requireStill(ObservedFile file) throws IOException {
        if (!observer.isStill(file)) {
            throw new IOException("renamed while it was looked at");
        }
    }

    /** Goes on in the compressed file where it was, once that was read through. */
    private void inGzip(Sought sought, ObservedFile file, FileIndex files, long nowNanos)
            throws IOException {
        Generation generation = sought.generation();
        Result result = gzipFiles.look(file, List.of(sought.generation()));
        if (result instanceof Result.Damaged || result instanceof Result.Incomplete) {
            damaged(sought, file, files, nowNanos);
            return;
        }
        if (!(result instanceof Result.Whole(long length, var holds, var _))) {
            throw new IOException("the compressed file is not read through yet");
        }
        complaints.settled(file.path());
        Frontier place =
                sought.record().offset() == 0 ? Frontier.START : holds.get(generation.fileId());
        if (place == null) {
            requireStill(file);
            rewritten(sought, file, nowNanos);
            return;
        }
        if (length > place.offset()) {
            generation.openGzip(file, place, length, inflaters);
            if (!observer.isStill(file)) {
                generation.closeHandle();
                throw new IOException("renamed while it was opened");
            }
            handles.opened(generation);
            if (generation.isEnded()) {
                sought.stream().reopen(generation, nowNanos);
            }
        } else {
            generation.compressedInto(file);
            sought.stream().touch();
        }
        files.take(file);
        generation.found(file, sought.stream().livePath(), nowNanos);
    }

    /** Nothing waits for it, nor begins with it; it goes on when it is whole again. */
    private void damaged(Sought sought, ObservedFile file, FileIndex files, long nowNanos) {
        files.take(file);
        complaints.damaged(file.path(), "it was whole, and is not any more");
        vanished(sought.stream(), sought.generation(), nowNanos);
    }

    private static void rewritten(Sought sought, ObservedFile file, long nowNanos) {
        Generation generation = sought.generation();
        if (generation.ended() == null) {
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .addKeyValue("fileId", generation.fileId())
                    .addKeyValue("committed", sought.record().offset())
                    .log(
                            "file was truncated or written anew while nobody shipped it;"
                                    + " bytes after the committed offset are lost");
            generation.rewritten(sought.record().size());
            sought.stream().touch();
        }
        generation.lost(nowNanos);
    }

    private boolean byContent(
            Sought sought, FileIndex files, ContentIndex contents, boolean ownName, long nowNanos)
            throws IOException {
        Path path = sought.generation().path();
        Path live = sought.stream().livePath();
        Path directory = path.getParent();
        if (directory == null) {
            return false;
        }
        for (ObservedFile file :
                contents.beginningLike(sought.record().evidence().content(), directory)) {
            boolean possible =
                    ownName ? file.path().equals(path) : RotatedNames.areRelated(file.path(), live);
            if (possible && !files.isTaken(file) && isElsewhere(sought.record(), file)) {
                Optional<Frontier> place = FrontierFinder.find(file.path(), sought.record());
                if (place.isPresent() && matches(sought.record(), file)) {
                    resume(sought, file, place.get(), files, nowNanos);
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isElsewhere(GenerationCheckpoint record, ObservedFile file) {
        return !file.physical().fileSystem().equals(record.evidence().physical().fileSystem());
    }

    private static boolean matches(GenerationCheckpoint record, ObservedFile file) {
        return EvidenceMatcher.match(record.evidence(), file.physical(), true) == Match.SAME;
    }

    private void resume(
            Sought sought, ObservedFile file, Frontier place, FileIndex files, long nowNanos)
            throws IOException {
        Generation generation = sought.generation();
        End ended = generation.ended();
        boolean grew = ended != End.REWRITTEN && file.size() > sought.record().offset();
        if (ended == null || ended == End.VANISHED || grew) {
            generation.open(file.path(), place);
            if (!observer.isStill(file)) {
                generation.closeHandle();
                throw new IOException("renamed while it was opened");
            }
            handles.opened(generation);
            if (ended != null) {
                sought.stream().reopen(generation, nowNanos);
            }
            generation.quietSince(file.modified(), clock.instant(), nowNanos);
        }
        files.take(file);
        generation.found(file, sought.stream().livePath(), nowNanos);
    }

    /** For now: should the file come back, with a mount for example, it is found again. */
    static void vanished(LogStream stream, Generation generation, long nowNanos) {
        generation.lost(nowNanos);
        if (generation.ended() == null) {
            // A spool itself removes what is shipped.
            boolean removed =
                    stream.isSpooled() && generation.sizeSeen() <= generation.committedOffset();
            LOG.atLevel(removed ? Level.DEBUG : Level.WARN)
                    .addKeyValue("file", generation.path())
                    .addKeyValue("fileId", generation.fileId())
                    .addKeyValue("committed", generation.committedOffset())
                    .addKeyValue("sizeSeen", generation.sizeSeen())
                    .log("file is gone; what was written to it after the committed offset is lost");
            generation.end(End.VANISHED);
            stream.touch();
        }
    }
}
