package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.tail.FileTail;
import io.moor.shipper.tail.Frontier;
import io.moor.shipper.tail.FrontierFinder;
import io.moor.shipper.tail.GzipProbe.Result;
import io.moor.shipper.tail.Inflaters;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Generations that are over may still grow, when a process kept its handle over the rotation: then
 * they go on. Handles are given back after a while, the files stay watched, the less often the
 * longer they were quiet.
 */
final class EndedFiles {

    /** How long a generation that is over keeps its handle. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    /** How often a generation that is over is looked at without a handle, at first and later. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final Duration LOOK_SELDOM = Duration.ofMinutes(2);

    private final FileObserver observer;
    private final Complaints complaints;
    private final GzipFiles gzipFiles;
    private final Inflaters inflaters;
    private final Handles handles;
    private final DeletedFiles deleted;
    private final StreamChanges.Since since;

    /** Streams of which a generation is over: the others cost nothing. */
    private final Set<LogStream> ended = new LinkedHashSet<>();

    private boolean rewrites;

    EndedFiles(
            FileObserver observer,
            Complaints complaints,
            GzipFiles gzipFiles,
            Inflaters inflaters,
            Handles handles,
            OpenWriters writers,
            StreamChanges changes) {
        this.since = changes.since();
        this.deleted = new DeletedFiles(writers);
        this.observer = observer;
        this.complaints = complaints;
        this.gzipFiles = gzipFiles;
        this.inflaters = inflaters;
        this.handles = handles;
    }

    /** Whether a compressed file was found written anew since the last question. */
    boolean sawRewrite() {
        boolean saw = rewrites;
        rewrites = false;
        return saw;
    }

    void look(Collection<LogStream> streams, long nowNanos) {
        look(streams, nowNanos, false);
    }

    /** Looks at every one, however seldom its turn is: before a drain says that all is read. */
    void lookAtAll(Collection<LogStream> streams, long nowNanos) {
        look(streams, nowNanos, true);
    }

    private void look(Collection<LogStream> streams, long nowNanos, boolean all) {
        if (since.isAnything()) {
            for (LogStream stream : since.take(streams)) {
                if (stream.hasEnded()) {
                    ended.add(stream);
                } else {
                    ended.remove(stream);
                }
            }
        }
        deleted.look(ended, nowNanos);
        for (LogStream stream : ended) {
            List<Generation> generations = stream.generations();
            for (int i = 0; i < generations.size(); i++) {
                Generation generation = generations.get(i);
                if (generation.isEnded()) {
                    try {
                        look(stream, generation, nowNanos, all);
                    } catch (IOException e) {
                        complaints.unreadable(generation.path(), e);
                    }
                }
            }
        }
    }

    private void look(LogStream stream, Generation generation, long nowNanos, boolean now)
            throws IOException {
        FileTail tail = generation.tail();
        if (tail != null) {
            if (!tail.dirty()) {
                open(stream, generation, tail, nowNanos);
            }
            return;
        }
        if (generation.ended() == End.REWRITTEN || !generation.onDisk()) {
            return;
        }
        if (!now && !generation.isLookDue(nowNanos, LOOK_AGAIN, LOOK_SELDOM)) {
            return;
        }
        generation.looked(nowNanos);
        Optional<ObservedFile> file =
                observer.observe(generation.path())
                        .filter(seen -> seen.physical().isSameFile(generation.physical()));
        if (file.isPresent()) {
            closed(stream, generation, file.get(), nowNanos);
        }
    }

    private void open(LogStream stream, Generation generation, FileTail tail, long nowNanos)
            throws IOException {
        boolean rewritten = generation.ended() == End.REWRITTEN;
        if (!rewritten
                && !tail.isFinal()
                && tail.hasNews()
                && tail.size() > tail.committed().offset()) {
            stream.reopen(generation, nowNanos);
        } else if (rewritten
                || tail.isFinal()
                || (generation.quiet(nowNanos).compareTo(LINGER) > 0
                        && !deleted.isKept(generation, nowNanos))) {
            generation.closeHandle();
            generation.looked(nowNanos);
            stream.changed();
        }
    }

    private void closed(LogStream stream, Generation generation, ObservedFile file, long nowNanos)
            throws IOException {
        if (generation.isCompressed()) {
            compressed(stream, generation, file, nowNanos);
        } else if (file.size() > generation.committedOffset()) {
            Optional<Frontier> place = FrontierFinder.find(file.path(), generation.committed());
            if (place.isPresent()) {
                generation.open(file.path(), place.get());
                if (!observer.isStill(file)) {
                    generation.closeHandle();
                    return;
                }
                handles.opened(generation);
                stream.reopen(generation, nowNanos);
            }
        }
    }

    /** Another member may have been added, or another file be written in its place. */
    private void compressed(
            LogStream stream, Generation generation, ObservedFile file, long nowNanos)
            throws IOException {
        if (generation.looksAsCompressed(file)
                || !(gzipFiles.look(file, List.of(generation))
                        instanceof Result.Whole(long length, var holds, var _))) {
            return;
        }
        Frontier place = holds.get(generation.fileId());
        if (place == null && generation.committedOffset() > 0) {
            generation.lost(nowNanos);
            stream.changed();
            rewrites = true;
        } else if (length > generation.committedOffset()) {
            generation.openGzip(file, place == null ? Frontier.START : place, length, inflaters);
            if (observer.isStill(file)) {
                handles.opened(generation);
                stream.reopen(generation, nowNanos);
            } else {
                generation.closeHandle();
            }
        } else {
            generation.compressedInto(file);
            stream.changed();
        }
    }

    /** A listing is as old as the last change of its directory, and files grow without one. */
    boolean holdsCommitted(Generation generation, ObservedFile listed) {
        boolean certain = listed.physical().isCertainly(generation.physical());
        if (generation.tail() != null || (generation.isParked() && certain)) {
            return true;
        }
        if (generation.isCompressed()) {
            boolean looksSo = listed.size() == generation.compressedSize();
            if (generation.onDisk()) {
                return certain || looksSo;
            }
            // Written anew in place, or another one: its content tells.
            return looksSo
                    && observer.observe(listed.path())
                            .filter(now -> now.physical().isSameFile(listed.physical()))
                            .filter(generation::looksAsCompressed)
                            .isPresent();
        }
        long committed = generation.committedOffset();
        boolean large = listed.size() >= committed;
        if (large && !certain) {
            return generation.isProvenIn(listed) || !observer.isStill(listed);
        }
        // Renamed since it was listed: the next listing tells, and nothing else takes it till then.
        return large
                || observer.observe(listed.path())
                        .filter(now -> now.physical().isSameFile(listed.physical()))
                        .map(now -> now.size() >= committed)
                        .orElse(true);
    }
}
