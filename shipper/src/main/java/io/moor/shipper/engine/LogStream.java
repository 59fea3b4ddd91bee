package io.moor.shipper.engine;

import io.moor.shipper.Origin;
import io.moor.shipper.StreamScope;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.kafka.StreamTarget;
import io.moor.shipper.stream.StreamKey;
import io.moor.shipper.tail.GlobSet;
import io.moor.shipper.tail.LineFramer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** One logical log file and its generations, oldest first. Only the engine's thread touches it. */
final class LogStream {

    /** Generations whose file is gone are remembered this long; beyond it only their sums are. */
    private static final int REMEMBERED_GONE = 8;

    private final StreamKey key;
    private final Path livePath;
    private final GlobSet globs;
    private final StreamTarget target;
    private final List<Generation> generations = new ArrayList<>();
    private Totals earlier = Totals.NONE;
    private boolean sealed;
    private boolean touched;
    private long dueNanos;
    private long backoffNanos;
    private @Nullable LineFramer framer;
    private String trouble = "";

    LogStream(StreamKey key, Path livePath, GlobSet globs, StreamTarget target) {
        this.key = key;
        this.livePath = livePath;
        this.globs = globs;
        this.target = target;
    }

    /** A stream as its last checkpoint left it. */
    static LogStream known(
            StreamCheckpoint checkpoint, Path livePath, GlobSet globs, StreamScope scope) {
        StreamKey key = new StreamKey(checkpoint.stream());
        LogStream stream =
                new LogStream(
                        key,
                        livePath,
                        globs,
                        new StreamTarget(checkpoint.topic(), checkpoint.partition(), key));
        stream.earlier = checkpoint.earlier();
        stream.sealed = checkpoint.sealed();
        for (GenerationCheckpoint record : checkpoint.generations()) {
            stream.generations.add(
                    Generation.known(
                            record, StreamKey.absolute(scope, record.path()), checkpoint.sealed()));
        }
        return stream;
    }

    StreamKey key() {
        return key;
    }

    Path livePath() {
        return livePath;
    }

    GlobSet globs() {
        return globs;
    }

    StreamTarget target() {
        return target;
    }

    List<Generation> generations() {
        return Collections.unmodifiableList(generations);
    }

    void add(Generation generation) {
        generations.add(generation);
        touch();
    }

    /** The newest generation's id. */
    @Nullable String newestId() {
        return generations.isEmpty() ? null : generations.getLast().fileId();
    }

    /** The oldest generation that is not over: the only one that is read. */
    Optional<Generation> active() {
        return generations.stream().filter(generation -> !generation.isOver()).findFirst();
    }

    /** Whether every generation was read to its end. */
    boolean isRead() {
        return generations.stream().noneMatch(Generation::isUnread);
    }

    /** Whether a generation after this one has bytes: its writer has moved on. */
    boolean hasSuccessorWithContent(Generation generation) {
        int at = generations.indexOf(generation);
        return generations.stream()
                .skip(at + 1L)
                .anyMatch(next -> next.tail() != null && next.tail().size() > 0);
    }

    /** Something is to be said in the next checkpoint. */
    void touch() {
        touched = true;
        sealed = false;
    }

    boolean isTouched() {
        return touched;
    }

    boolean isSealed() {
        return sealed;
    }

    /** Forgets generations that are over and gone, keeping their sums. */
    private void trim() {
        long gone = generations.stream().filter(LogStream::isGone).count();
        for (var all = generations.iterator(); gone > REMEMBERED_GONE && all.hasNext(); ) {
            Generation generation = all.next();
            if (isGone(generation)) {
                earlier = earlier.plus(generation.checkpoint(generation.path().toString()));
                all.remove();
                gone--;
            }
        }
    }

    private static boolean isGone(Generation generation) {
        return generation.ended() != null
                && !generation.onDisk()
                && generation.place() != Generation.Place.UNKNOWN
                && generation.tail() == null;
    }

    StreamCheckpoint checkpoint(Origin origin, StreamScope scope, long ownerEpoch, boolean seal) {
        trim();
        return new StreamCheckpoint(
                origin.id(),
                key.value(),
                target.topic(),
                target.partition(),
                globs.source().name(),
                ownerEpoch,
                seal,
                earlier,
                generations.stream()
                        .map(g -> g.checkpoint(StreamKey.relative(scope, g.path())))
                        .toList());
    }

    void committed(StreamCheckpoint checkpoint) {
        touched = false;
        sealed = checkpoint.sealed();
        for (GenerationCheckpoint record : checkpoint.generations()) {
            generations.stream()
                    .filter(generation -> generation.fileId().equals(record.fileId()))
                    .forEach(generation -> generation.committed(record));
        }
    }

    void rollback() {
        generations.forEach(Generation::rollback);
        dueNanos = 0;
    }

    /** Its file could not be read. */
    void unreadable(IOException why) {
        trouble = why.toString();
    }

    void readable() {
        trouble = "";
    }

    /** Why its file could not be read at the last attempt, in words; empty when it could. */
    String trouble() {
        return trouble;
    }

    long committedLines() {
        return earlier.lines() + generations.stream().mapToLong(Generation::committedLines).sum();
    }

    long committedBytes() {
        return earlier.bytes() + generations.stream().mapToLong(Generation::committedBytes).sum();
    }

    long behind() {
        return generations.stream().mapToLong(Generation::behind).sum();
    }

    /** The framer for a line limit; kept while the limit stays. */
    LineFramer framer(int maxLineBytes) {
        LineFramer known = framer;
        if (known == null || known.maxLineBytes() != maxLineBytes) {
            known = new LineFramer(maxLineBytes);
            framer = known;
        }
        return known;
    }

    boolean isDue(long nowNanos) {
        return dueNanos == 0 || nowNanos - dueNanos >= 0;
    }

    long dueNanos() {
        return dueNanos;
    }

    void dueAt(long nanos, long backoff) {
        dueNanos = nanos;
        backoffNanos = backoff;
    }

    long backoffNanos() {
        return backoffNanos;
    }
}
