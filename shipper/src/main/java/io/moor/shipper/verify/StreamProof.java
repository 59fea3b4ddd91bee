package io.moor.shipper.verify;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.stream.SkippedRange;
import io.moor.shipper.stream.Span;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/** Collects what the records say about one stream, and judges it by its checkpoints. */
final class StreamProof {

    private final Map<String, GenerationProof> generations = new LinkedHashMap<>();
    private final Map<String, Integer> turns = new HashMap<>();
    private final List<StreamCheckpoint> checkpoints = new ArrayList<>();
    private final Map<String, GenerationCheckpoint> archived = new HashMap<>();
    private String current = "";
    private int partition = -1;
    private long wandering;
    private long broken;

    void checkpoint(StreamCheckpoint checkpoint) {
        checkpoints.add(checkpoint);
        if (partition < 0) {
            partition = checkpoint.partition();
        }
        for (GenerationCheckpoint generation : checkpoint.generations()) {
            for (SkippedRange range : generation.skippedBehind()) {
                generation(generation.fileId()).skipped(range);
            }
        }
    }

    /**
     * A generation that the checkpoint sums up only; after the checkpoints, because what they list
     * is newer.
     */
    void archived(GenerationCheckpoint generation) {
        if (!committed().containsKey(generation.fileId())) {
            archived.put(generation.fileId(), generation);
            generation.skippedBehind().forEach(generation(generation.fileId())::skipped);
        }
    }

    void record(int from, Span span, byte[] value, List<SkippedRange> skipped) {
        record(from, span, value, skipped, false);
    }

    /**
     * @param altered whether a flag says that the value is not what the file holds
     */
    void record(int from, Span span, byte[] value, List<SkippedRange> skipped, boolean altered) {
        if (partition != from && !turns.isEmpty()) {
            wandering++;
        }
        partition = from;
        if (!current.equals(span.fileId())) {
            current = span.fileId();
            // A generation that is over and comes back is out of order.
            if (turns.putIfAbsent(current, turns.size()) != null) {
                wandering++;
            }
        }
        GenerationProof generation = generation(span.fileId());
        skipped.forEach(generation::skipped);
        generation.record(span, value, altered);
    }

    /** A record that cannot be understood, or a part of one. */
    void broken(int from) {
        broken++;
        if (partition < 0) {
            partition = from;
        }
    }

    private GenerationProof generation(String fileId) {
        return generations.computeIfAbsent(fileId, _ -> new GenerationProof());
    }

    /**
     * @param shortened whether retention has deleted records of a partition
     */
    StreamVerdict verdict(String stream, String topic, IntPredicate shortened) {
        boolean headDeleted = shortened.test(partition);
        long missing = 0;
        long expired = 0;
        long damaged = 0;
        Map<String, GenerationCheckpoint> committed = committed();
        committed.keySet().forEach(this::generation);
        for (Map.Entry<String, GenerationProof> entry : generations.entrySet()) {
            GenerationProof proof = entry.getValue();
            GenerationCheckpoint checkpoint = committed.get(entry.getKey());
            long offset = checkpoint == null ? 0 : checkpoint.offset();
            long head = proof.isEmpty() ? offset : proof.firstByte();
            missing += proof.isEmpty() ? 0 : proof.missing(offset);
            if (headDeleted && isFront(entry.getKey())) {
                expired += head;
            } else {
                missing += head;
            }
            if (checkpoint != null && proof.differs(checkpoint.bytes(), checkpoint.hash())) {
                damaged++;
            }
        }
        long unlisted = unlistedShortfall(committed);
        missing += headDeleted ? 0 : unlisted;
        expired += headDeleted ? unlisted : 0;
        return new StreamVerdict(
                stream,
                topic,
                partition,
                sum(GenerationProof::lines),
                sum(GenerationProof::bytes),
                sum(GenerationProof::skipped),
                !checkpoints.isEmpty() && checkpoints.stream().allMatch(StreamCheckpoint::sealed),
                missing,
                sum(GenerationProof::doubled),
                expired,
                wandering + sum(GenerationProof::reordered),
                damaged,
                broken + sum(GenerationProof::misfits));
    }

    /**
     * Retention deletes from the front: nothing after the first record seen is expired. A
     * generation without a record was before it when the checkpoints list it so.
     */
    private boolean isFront(String fileId) {
        Integer turn = turns.get(fileId);
        if (turn != null || turns.isEmpty()) {
            return turn == null || turn == 0;
        }
        for (StreamCheckpoint checkpoint : checkpoints) {
            for (GenerationCheckpoint generation : checkpoint.generations()) {
                if (Integer.valueOf(0).equals(turns.get(generation.fileId()))) {
                    break;
                }
                if (generation.fileId().equals(fileId)) {
                    return checkpoint.generations().stream()
                            .anyMatch(g -> Integer.valueOf(0).equals(turns.get(g.fileId())));
                }
            }
        }
        return precedesTheFirst(fileId);
    }

    /** Whether the first generation with a record descends from this one. */
    private boolean precedesTheFirst(String fileId) {
        Map<String, GenerationCheckpoint> known = committed();
        String at =
                turns.entrySet().stream()
                        .filter(turn -> turn.getValue() == 0)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse("");
        for (int steps = 0; steps <= known.size(); steps++) {
            GenerationCheckpoint generation = known.get(at);
            if (generation == null || generation.previous() == null) {
                return false;
            }
            at = generation.previous();
            if (at.equals(fileId)) {
                return true;
            }
        }
        return false;
    }

    /** Bytes of generations that checkpoints only give the sums of, and that no record has. */
    private long unlistedShortfall(Map<String, GenerationCheckpoint> listed) {
        long promised =
                checkpoints.stream().mapToLong(c -> c.earlier().bytes()).sum()
                        - archived.values().stream().mapToLong(GenerationCheckpoint::bytes).sum();
        long found =
                generations.entrySet().stream()
                        .filter(entry -> !listed.containsKey(entry.getKey()))
                        .mapToLong(entry -> entry.getValue().bytes())
                        .sum();
        return Math.max(0, promised - found);
    }

    private long sum(ToLongFunction<GenerationProof> part) {
        return generations.values().stream().mapToLong(part).sum();
    }

    private Map<String, GenerationCheckpoint> committed() {
        Map<String, GenerationCheckpoint> committed = new HashMap<>(archived);
        for (StreamCheckpoint checkpoint : checkpoints) {
            checkpoint.generations().forEach(g -> committed.put(g.fileId(), g));
        }
        return committed;
    }
}
