package io.moor.shipper.engine;

import io.moor.shipper.StreamScope;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.kafka.StreamTarget;
import io.moor.shipper.kafka.Topics.Topic;
import io.moor.shipper.stream.StreamKey;
import io.moor.shipper.tail.GzipProbe.Result;
import io.moor.shipper.tail.Inflaters;
import io.moor.shipper.tail.Scan;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Begins generations, of files never seen before, and keeps account of what could not be begun. */
final class NewFiles {

    /** What the JVM reads for bytes of a name that its locale has no character for. */
    private static final char UNMAPPABLE = '\uFFFD';

    private final StreamScope scope;
    private final FileObserver observer;
    private final InstantSource clock;
    private final Complaints complaints;
    private final GzipFiles gzipFiles;
    private final Inflaters inflaters;
    private final Handles handles;
    private final Function<String, Topic> topics;
    private final StreamChanges changes;
    private final List<Unopened> unopened = new ArrayList<>();

    /** Streams of which a rotated file could not be opened yet that comes before any newer one. */
    private final Set<LogStream> overtaken = new HashSet<>();

    /** Whether no more compressed files may be begun in this scan. */
    private boolean full;

    NewFiles(
            StreamScope scope,
            FileObserver observer,
            InstantSource clock,
            Complaints complaints,
            GzipFiles gzipFiles,
            Inflaters inflaters,
            Handles handles,
            Function<String, Topic> topics,
            StreamChanges changes) {
        this.scope = scope;
        this.observer = observer;
        this.clock = clock;
        this.complaints = complaints;
        this.gzipFiles = gzipFiles;
        this.inflaters = inflaters;
        this.handles = handles;
        this.topics = topics;
        this.changes = changes;
    }

    /** A new scan. */
    void begin() {
        unopened.clear();
        overtaken.clear();
        full = false;
    }

    /** What the scan found and could not be opened. */
    List<Unopened> unopened() {
        return List.copyOf(unopened);
    }

    /** Takes rotated files of a stream that nobody saw under their first name. */
    boolean adopt(
            LogStream stream,
            FileIndex files,
            GzipRotations rotations,
            Predicate<Generation> isNotHere,
            long nowNanos) {
        try {
            for (ObservedFile file : MissedRotations.of(stream, files, rotations, isNotHere)) {
                // What is born before the newest known generation is never adopted: none may come
                // before its elder.
                if (!begin(stream, file, files, nowNanos)) {
                    overtaken.add(stream);
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            overtaken.add(stream);
            complaints.unreadable(stream.livePath(), e);
            return false;
        }
    }

    /**
     * Begins a file that a glob names, in the stream of its path.
     *
     * @param rotations what is not known yet of compressed files
     * @param isNotHere whether a generation still sought is none of the files that are there
     * @param isMissing whether a generation had a name and has none in this scan: what was rotated
     *     meanwhile comes before a new file, and is found when that is decided
     * @return false when the next scan must try again
     */
    boolean begin(
            Scan.Matched match,
            Map<String, LogStream> streams,
            GzipRotations rotations,
            Predicate<Generation> isNotHere,
            Predicate<Generation> isMissing,
            FileIndex files,
            long nowNanos) {
        Path path = match.file().path();
        if (scope.volume().isPresent() && !path.startsWith(scope.volume().get().root())) {
            complaints.notOnVolume(path);
            return true;
        }
        StreamKey key = StreamKey.of(scope, match.globs().source(), path);
        String topic = match.globs().source().topic();
        if (path.toString().indexOf(UNMAPPABLE) >= 0) {
            complaints.unmappable(path);
            unopened.add(new Unopened(key, topic, path));
            return true;
        }
        if (rotations.isUndecided(path)) {
            unopened.add(new Unopened(key, topic, path));
            return false;
        }
        if (isDamaged(match.file())) {
            unopened.add(new Unopened(key, topic, path));
            return true;
        }
        LogStream known = streams.get(key.value());
        if (known != null) {
            boolean waiting =
                    overtaken.contains(known)
                            || known.generations().stream()
                                    .anyMatch(each -> !each.isOver() && isMissing.test(each))
                            || known.generations().stream()
                                    .anyMatch(g -> mayBeHere(known, g) && !isNotHere.test(g));
            return waiting
                    ? notOpened(known, match.file())
                    : begin(known, match.file(), files, nowNanos);
        }
        LogStream stream =
                new LogStream(
                        key,
                        LogStream.livePath(match.globs().source(), path),
                        match.globs(),
                        StreamTarget.of(
                                topic,
                                topics.apply(topic).partitions(),
                                key,
                                match.globs().source().sending().headers()),
                        changes);
        if (!begin(stream, match.file(), files, nowNanos)) {
            return false;
        }
        streams.put(key.value(), stream);
        return true;
    }

    /** It is looked at again when it changes, not at every scan. */
    private boolean isDamaged(ObservedFile file) {
        return GzipFiles.isGzip(file.path())
                && switch (gzipFiles.known(file)) {
                    case Result.Pending _, Result.Whole _ -> false;
                    case Result.Incomplete _, Result.Damaged _ -> true;
                };
    }

    private static boolean mayBeHere(LogStream stream, Generation generation) {
        boolean goesOn = generation.place() == Generation.Place.UNKNOWN && !generation.isEnded();
        return goesOn || MissedRotations.isSoughtBeside(stream, generation);
    }

    private boolean begin(LogStream stream, ObservedFile file, FileIndex files, long nowNanos) {
        try {
            Generation generation = open(stream, file, nowNanos);
            if (generation == null) {
                return notOpened(stream, file);
            }
            if (!observer.isStill(file)) {
                generation.closeHandle();
                return notOpened(stream, file);
            }
            generation.found(file, stream.livePath(), nowNanos);
            generation.quietSince(file.modified(), clock.instant(), nowNanos);
            files.take(file);
            stream.add(generation);
            handles.opened(generation);
            complaints.settled(file.path());
            return true;
        } catch (NoSuchFileException renamedMeanwhile) {
            return notOpened(stream, file);
        } catch (IOException e) {
            complaints.unreadable(file.path(), e);
            return notOpened(stream, file);
        }
    }

    private @org.jspecify.annotations.Nullable Generation open(
            LogStream stream, ObservedFile file, long nowNanos) throws IOException {
        if (!GzipFiles.isGzip(file.path())) {
            return Generation.begin(file, stream.newestId(), nowNanos);
        }
        full = full || !handles.hasRoomForCompressed();
        if (full) {
            return null;
        }
        // Whose it is was asked before; here only whether it is whole.
        return gzipFiles.known(file) instanceof Result.Whole(long length, var _, var _)
                ? Generation.beginGzip(file, stream.newestId(), length, inflaters, nowNanos)
                : null;
    }

    private boolean notOpened(LogStream stream, ObservedFile file) {
        unopened.add(new Unopened(stream.key(), stream.target().topic(), file.path()));
        return false;
    }
}
