package io.moor.shipper.engine;

import io.moor.shipper.Origin;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.frame.Framer;
import io.moor.shipper.frame.Limits;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.kafka.StreamTarget;
import io.moor.shipper.kafka.Topics.Topic;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.stream.StreamKey;
import io.moor.shipper.tail.GlobSet;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One logical log file and its generations, oldest first. Only the engine's thread touches it. */
final class LogStream {

    private final StreamKey key;
    private final Path livePath;
    private final GlobSet globs;
    private final StreamChanges changes;
    private StreamTarget target;
    private final List<Generation> generations = new ArrayList<>();
    private final Archive archive;
    private boolean sealed;
    private boolean touched;
    private long dueNanos;
    private long backoffNanos;
    private @Nullable Framer framer;
    private @Nullable Limits framedWithin;
    private Shape.@Nullable Room shapedFor;
    private String trouble = "";

    /** No generation before this index goes on. */
    private int over;

    LogStream(
            StreamKey key,
            Path livePath,
            GlobSet globs,
            StreamTarget target,
            StreamChanges changes) {
        this.key = key;
        this.livePath = livePath;
        this.globs = globs;
        this.target = target;
        this.changes = changes;
        this.archive = new Archive(generations);
    }

    /**
     * A stream as its last checkpoint left it.
     *
     * @param archived generations that the checkpoint does not list, in any order
     */
    static LogStream known(
            StreamCheckpoint checkpoint,
            List<GenerationCheckpoint> archived,
            Path livePath,
            GlobSet globs,
            StreamScope scope,
            StreamChanges changes) {
        StreamKey key = new StreamKey(checkpoint.stream());
        LogStream stream =
                new LogStream(
                        key,
                        livePath,
                        globs,
                        new StreamTarget(
                                checkpoint.topic(),
                                checkpoint.partition(),
                                key,
                                globs.source().sending().headers()),
                        changes);
        stream.sealed = checkpoint.sealed();
        stream.archive.restore(
                checkpoint,
                archived,
                record ->
                        Generation.known(
                                record,
                                StreamKey.absolute(scope, record.path()),
                                checkpoint.sealed()));
        return stream;
    }

    StreamKey key() {
        return key;
    }

    Path livePath() {
        return livePath;
    }

    /** Where the newest file of a source's stream is, when one of its files was found. */
    static Path livePath(SourceConfig source, Path found) {
        return source.spool() == null ? found : source.spool().live();
    }

    /** Whether only we write its files, and never again to one that was renamed. */
    boolean isSpooled() {
        return globs.source().spool() != null;
    }

    GlobSet globs() {
        return globs;
    }

    StreamTarget target() {
        return target;
    }

    /** Chooses a partition again when the topic was made anew or had not been seen yet. */
    void fit(Topic topic) {
        if (committedLines() == 0 || target.partition() >= topic.partitions()) {
            target = target.among(topic.partitions());
        }
    }

    List<Generation> generations() {
        return Collections.unmodifiableList(generations);
    }

    /** Adds a generation: the newest, or one found late, which goes before what is live. */
    void add(Generation generation) {
        boolean before =
                generation.place() != Generation.Place.LIVE
                        && !generations.isEmpty()
                        && generations.getLast().place() == Generation.Place.LIVE;
        generations.add(generations.size() - (before ? 1 : 0), generation);
        touch();
    }

    /** Adds a generation that took the place of another in its file. */
    void addAfter(Generation generation, Generation next) {
        generations.add(generations.indexOf(generation) + 1, next);
        touch();
    }

    /** The newest generation's id. */
    @Nullable String newestId() {
        return generations.isEmpty() ? null : generations.getLast().fileId();
    }

    /** The oldest generation that is not over: the only one that is read. */
    Optional<Generation> active() {
        while (over < generations.size() && generations.get(over).isOver()) {
            over++;
        }
        return over < generations.size() ? Optional.of(generations.get(over)) : Optional.empty();
    }

    /** A generation that was over goes on. */
    void reopen(Generation generation, long nowNanos) {
        generation.reopen(nowNanos);
        over = 0;
        touch();
    }

    /** Whether a generation is over for good, unless its file grows. */
    boolean hasEnded() {
        for (int i = 0; i < generations.size(); i++) {
            if (generations.get(i).isEnded()) {
                return true;
            }
        }
        return false;
    }

    /** Whether every generation was read to its end. */
    boolean isRead() {
        return generations.stream().noneMatch(Generation::isUnread);
    }

    /** Whether a generation after this one has bytes: its writer has moved on. */
    boolean hasSuccessorWithContent(Generation generation) {
        for (Generation next : generations.reversed()) {
            if (next == generation) {
                break;
            }
            if (next.sizeSeen() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Something is to be said in the next checkpoint. */
    void touch() {
        touched = true;
        sealed = false;
        changes.touched(this);
    }

    boolean isTouched() {
        return touched;
    }

    boolean isSealed() {
        return sealed;
    }

    StreamCheckpoint checkpoint(Origin origin, StreamScope scope, long ownerEpoch, boolean seal) {
        archive.looked(changes.lookedNanos());
        List<Generation> listed =
                archive.plan(g -> g.checkpoint(StreamKey.relative(scope, g.path())));
        return new StreamCheckpoint(
                origin.id(),
                key.value(),
                target.topic(),
                target.partition(),
                globs.source().name(),
                ownerEpoch,
                seal,
                archive.earlier(),
                listed.stream()
                        .map(g -> g.checkpoint(StreamKey.relative(scope, g.path())))
                        .toList());
    }

    /** Sends what the checkpoint just made leaves to records of their own; before its commit. */
    void archive(LogSink sink) {
        archive.send(key.value(), sink);
    }

    void committed(StreamCheckpoint checkpoint) {
        touched = false;
        sealed = checkpoint.sealed();
        Map<String, GenerationCheckpoint> records = new HashMap<>();
        checkpoint.generations().forEach(record -> records.put(record.fileId(), record));
        for (Generation generation : generations) {
            GenerationCheckpoint record = records.get(generation.fileId());
            if (record != null) {
                generation.committed(record);
            }
        }
        if (archive.committed()) {
            over = 0;
        }
        changes.committed(this);
    }

    void rollback() {
        generations.forEach(Generation::rollback);
        archive.rollback();
        over = 0;
        dueNanos = 0;
        changes.changed(this);
    }

    /** Its file could not be read. */
    void unreadable(IOException why) {
        trouble = why.toString();
        changes.changed(this);
    }

    void readable() {
        if (!trouble.isEmpty()) {
            trouble = "";
            changes.changed(this);
        }
    }

    /** What is known of its files changed, other than by what its checkpoint is to say. */
    void changed() {
        changes.changed(this);
    }

    /** Why its file could not be read at the last attempt, in words; empty when it could. */
    String trouble() {
        return trouble;
    }

    long committedLines() {
        return archive.sum(Totals::lines, Generation::committedLines);
    }

    long committedBytes() {
        return archive.sum(Totals::bytes, Generation::committedBytes);
    }

    long behind() {
        long behind = 0;
        for (int i = 0; i < generations.size(); i++) {
            behind += generations.get(i).behind();
        }
        return behind;
    }

    /** What makes records of its files. */
    Framer framer(Limits limits, Shape.Room room) {
        Framer known = framer;
        if (known == null || !limits.equals(framedWithin) || !room.equals(shapedFor)) {
            SourceConfig source = globs.source();
            Framer framed = source.framing().framer(limits.with(source.shape().cuts()));
            String file = isSpooled() ? StreamKey.NO_FILE : livePath.toString();
            known = source.shape().over(framed, file, room);
            framer = known;
            framedWithin = limits;
            shapedFor = room;
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
