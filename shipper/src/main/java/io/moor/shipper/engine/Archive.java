package io.moor.shipper.engine;

import io.moor.shipper.checkpoint.ArchivedGeneration;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.kafka.LogSink;
import io.moor.shipper.tail.FileTail;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Which generations of a stream its checkpoint lists, and which have a record of their own, so that
 * the checkpoint stays small however many rotated files there are. A generation moves to its own
 * record once, when it is over and others follow it, and back should it grow; the record is removed
 * when its file has been gone for long, see {@link Remembrance}. What is planned for a transaction
 * counts only when that is committed.
 */
final class Archive {

    /** The youngest that are over are listed: they are the ones that may still go on. */
    private static final int FINISHED_LISTED = 2;

    /** More than these wait for their turn only when Kafka was away for long. */
    private static final int UNFINISHED_LISTED = 16;

    private final List<Generation> generations;
    private Totals earlier = Totals.NONE;
    private @Nullable Plan plan;
    private long nowNanos;

    /**
     * @param generations of the stream, oldest first; this class removes the forgotten ones
     */
    Archive(List<Generation> generations) {
        this.generations = generations;
    }

    private record Plan(
            Totals earlier,
            List<Generation> in,
            List<GenerationCheckpoint> records,
            List<Generation> out,
            Set<Generation> forgotten) {}

    void restore(
            StreamCheckpoint checkpoint,
            List<GenerationCheckpoint> archived,
            Function<GenerationCheckpoint, Generation> maker) {
        earlier = checkpoint.earlier();
        Set<String> listed = new HashSet<>();
        checkpoint.generations().forEach(record -> listed.add(record.fileId()));
        for (GenerationCheckpoint record : inOrder(checkpoint.generations(), archived)) {
            Generation generation = maker.apply(record);
            generation.archived(!listed.contains(record.fileId()));
            generations.add(generation);
        }
    }

    /** By the links to the previous one; what they do not reach any more was there before. */
    private static List<GenerationCheckpoint> inOrder(
            List<GenerationCheckpoint> listed, List<GenerationCheckpoint> archived) {
        if (archived.isEmpty()) {
            return listed;
        }
        Map<String, GenerationCheckpoint> left = new HashMap<>();
        archived.forEach(record -> left.put(record.fileId(), record));
        listed.forEach(record -> left.put(record.fileId(), record));
        List<GenerationCheckpoint> order = new ArrayList<>();
        @Nullable GenerationCheckpoint next = newest(listed, archived);
        while (next != null && left.remove(next.fileId()) != null) {
            order.add(next);
            String previous = next.previous();
            next = previous == null ? null : left.get(previous);
            if (next == null) {
                // The link was forgotten with its generation: the youngest that is left.
                next = left.values().stream().max(Comparator.comparing(Archive::age)).orElse(null);
            }
        }
        return order.reversed();
    }

    /** The one that no other follows. */
    private static @Nullable GenerationCheckpoint newest(
            List<GenerationCheckpoint> listed, List<GenerationCheckpoint> archived) {
        return listed.isEmpty()
                ? archived.stream().max(Comparator.comparing(Archive::age)).orElse(null)
                : listed.getLast();
    }

    private static Instant age(GenerationCheckpoint record) {
        Instant birth = record.evidence().physical().birth();
        return birth == null ? Instant.MIN : birth;
    }

    /** A look at the directories was taken at this moment of the engine's clock. */
    void looked(long nanos) {
        nowNanos = nanos;
    }

    /**
     * Decides what the next checkpoint lists.
     *
     * @param recorder makes the record of a generation
     */
    List<Generation> plan(Function<Generation, GenerationCheckpoint> recorder) {
        List<Generation> listed = new ArrayList<>();
        List<Generation> others = new ArrayList<>();
        int unfinished = (int) generations.stream().filter(g -> !g.isEnded()).count();
        int finished = 0;
        for (Generation generation : generations.reversed()) {
            boolean isListed;
            if (generation.isEnded()) {
                isListed = finished++ < FINISHED_LISTED;
            } else {
                // The oldest are being read; the youngest tells the order of all.
                isListed = listed.isEmpty() || unfinished <= UNFINISHED_LISTED;
                unfinished--;
            }
            if (isListed) {
                listed.add(generation);
            } else {
                others.add(generation);
            }
        }
        Set<Generation> forgotten = Remembrance.forgotten(others, generations, nowNanos);
        plan = changes(listed.reversed(), forgotten, recorder);
        return listed.reversed();
    }

    private Plan changes(
            List<Generation> listed,
            Set<Generation> forgotten,
            Function<Generation, GenerationCheckpoint> recorder) {
        Set<Generation> isListed = new HashSet<>(listed);
        Totals sums = earlier;
        List<Generation> in = new ArrayList<>();
        List<GenerationCheckpoint> records = new ArrayList<>();
        List<Generation> out = new ArrayList<>();
        for (Generation generation : generations) {
            GenerationCheckpoint known = generation.record();
            if (isListed.contains(generation)) {
                if (generation.isArchived() && known != null) {
                    sums = sums.minus(known);
                    out.add(generation);
                }
            } else if (forgotten.contains(generation)) {
                if (generation.isArchived()) {
                    out.add(generation);
                } else {
                    sums = sums.plus(recorder.apply(generation));
                }
            } else if (!generation.isArchived() || known == null || isStale(generation, known)) {
                GenerationCheckpoint record = recorder.apply(generation);
                if (generation.isArchived() && known != null) {
                    sums = sums.minus(known);
                }
                sums = sums.plus(record);
                in.add(generation);
                records.add(record);
            }
        }
        return new Plan(sums, in, records, out, forgotten);
    }

    /** A new path alone is no reason: every rotation renames all of them. */
    private static boolean isStale(Generation generation, GenerationCheckpoint known) {
        FileTail tail = generation.tail();
        return (tail != null && tail.dirty())
                || generation.ended() != known.ended()
                || generation.compressedSize() != known.compressedSize()
                || !generation.physical().equals(known.evidence().physical());
    }

    /** Sums over what the planned checkpoint does not list. */
    Totals earlier() {
        return plan == null ? earlier : plan.earlier();
    }

    /** Sends the planned changes. */
    void send(String stream, LogSink sink) {
        Plan now = plan;
        if (now != null) {
            now.records().forEach(record -> sink.archive(new ArchivedGeneration(stream, record)));
            now.out().forEach(generation -> sink.unarchive(stream, generation.fileId()));
        }
    }

    /**
     * What was planned holds.
     *
     * @return whether generations were forgotten
     */
    boolean committed() {
        Plan now = plan;
        plan = null;
        if (now == null) {
            return false;
        }
        earlier = now.earlier();
        for (int i = 0; i < now.in().size(); i++) {
            now.in().get(i).archived(true);
            now.in().get(i).committed(now.records().get(i));
        }
        now.out().forEach(generation -> generation.archived(false));
        return generations.removeIf(now.forgotten()::contains);
    }

    void rollback() {
        plan = null;
    }

    /** A sum over the whole life of the stream. */
    long sum(ToLongFunction<Totals> before, ToLongFunction<Generation> own) {
        long sum = before.applyAsLong(earlier);
        for (int i = 0; i < generations.size(); i++) {
            Generation generation = generations.get(i);
            sum += generation.isArchived() ? 0 : own.applyAsLong(generation);
        }
        return sum;
    }
}
