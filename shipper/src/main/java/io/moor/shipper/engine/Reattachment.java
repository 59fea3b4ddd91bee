package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.EvidenceMatcher;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.Match;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.Scan;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

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
    private final BiConsumer<Path, IOException> complaints;

    Reattachment(
            FileObserver observer, InstantSource clock, BiConsumer<Path, IOException> complaints) {
        this.observer = observer;
        this.clock = clock;
        this.complaints = complaints;
    }

    private record Sought(LogStream stream, Generation generation, GenerationCheckpoint record) {}

    /** Where to look for one generation; whether it was found, or what was found decided it. */
    @FunctionalInterface
    private interface Search {
        boolean decides(Sought sought) throws IOException;
    }

    /**
     * Looks for every generation that was not found yet, newest first.
     *
     * @return false when the next scan must look again for what may be unread
     */
    boolean attach(Collection<LogStream> streams, FileIndex files, Scan scan, long nowNanos) {
        List<Sought> open = sought(streams);
        if (open.isEmpty()) {
            return true;
        }
        List<Sought> failed = new ArrayList<>();
        search(open, failed, sought -> byIdentity(sought, files, nowNanos));
        open.sort(Comparator.comparingLong((Sought sought) -> sought.record().offset()).reversed());
        search(open, failed, sought -> byContent(sought, files, true, nowNanos));
        search(open, failed, sought -> byContent(sought, files, false, nowNanos));
        boolean all = failed.isEmpty();
        for (Sought sought : open) {
            boolean unproven = scan.incomplete().contains(sought.generation().path().getParent());
            if (unproven || !sought.generation().isAbsentAgain()) {
                all &= !sought.generation().isUnread();
            } else {
                vanished(sought);
            }
        }
        return all;
    }

    private static List<Sought> sought(Collection<LogStream> streams) {
        List<Sought> sought = new ArrayList<>();
        for (LogStream stream : streams) {
            for (Generation generation : stream.generations().reversed()) {
                GenerationCheckpoint record = generation.record();
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
                complaints.accept(sought.generation().path(), e);
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
        ObservedFile file = found.get();
        Generation generation = sought.generation();
        End ended = generation.ended();
        boolean finished = ended != null && ended != End.VANISHED;
        boolean certain = file.physical().isCertainly(sought.record().evidence().physical());
        if (finished && certain && file.size() == sought.record().offset()) {
            files.take(file);
            generation.found(file, sought.stream().livePath());
            return true;
        }
        Optional<Frontier> place = FrontierFinder.find(file.path(), sought.record());
        if (place.isPresent()) {
            resume(sought, file, place.get(), files, nowNanos);
            return true;
        }
        if (ended == null) {
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
        generation.lost();
        return true;
    }

    private boolean byContent(Sought sought, FileIndex files, boolean ownName, long nowNanos)
            throws IOException {
        Path path = sought.generation().path();
        Path live = sought.stream().livePath();
        Path directory = path.getParent();
        if (directory == null) {
            return false;
        }
        for (ObservedFile file : files.free(directory, path)) {
            boolean possible =
                    ownName
                            ? file.path().equals(path)
                            : RotatedNames.isRotationOf(file.path(), live);
            if (possible && isElsewhere(sought.record(), file)) {
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
            if (ended != null) {
                generation.reopen(nowNanos);
                sought.stream().touch();
            }
            generation.quietSince(file.modified(), clock.instant(), nowNanos);
        }
        files.take(file);
        generation.found(file, sought.stream().livePath());
    }

    /** For now: should the file come back, with a mount for example, it is found again. */
    private static void vanished(Sought sought) {
        Generation generation = sought.generation();
        generation.lost();
        if (generation.ended() == null) {
            LOG.atWarn()
                    .addKeyValue("file", generation.path())
                    .addKeyValue("fileId", generation.fileId())
                    .addKeyValue("committed", sought.record().offset())
                    .addKeyValue("sizeSeen", sought.record().size())
                    .log("file is gone; what was written to it after the committed offset is lost");
            generation.end(End.VANISHED);
            sought.stream().touch();
        }
    }
}
