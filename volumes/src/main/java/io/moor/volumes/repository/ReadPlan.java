package io.moor.volumes.repository;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which stretches of which packs are to be read for a batch of chunks. Pure. */
final class ReadPlan {

    /** What lies between two chunks is read along when it is not more than this. */
    static final int GAP_BYTES = 256 << 10;

    /** Of one read; one chunk may be longer. */
    static final int RANGE_BYTES = 4 << 20;

    private ReadPlan() {}

    /** A chunk that belongs at a place in a file. */
    record Piece(ChunkRef ref, FileTarget target, long offset) {}

    /**
     * @param pieces in order of their places in the pack
     */
    record Range(RandomId pack, int offset, int length, List<Piece> pieces) {}

    static List<Range> of(List<Piece> pieces) {
        Map<RandomId, List<Piece>> byPack = new HashMap<>();
        for (Piece piece : pieces) {
            byPack.computeIfAbsent(piece.ref().pack(), _ -> new ArrayList<>()).add(piece);
        }
        List<Range> ranges = new ArrayList<>();
        byPack.forEach((pack, itsPieces) -> split(pack, itsPieces, ranges));
        return ranges;
    }

    private static void split(RandomId pack, List<Piece> pieces, List<Range> ranges) {
        pieces.sort(Comparator.comparingInt(piece -> piece.ref().offset()));
        List<Piece> current = new ArrayList<>();
        int from = 0;
        int to = 0;
        for (Piece piece : pieces) {
            int begin = piece.ref().offset();
            int end = Math.max(to, begin + piece.ref().storedLength());
            boolean fits = begin - to <= GAP_BYTES && end - from <= RANGE_BYTES;
            if (!current.isEmpty() && !fits) {
                ranges.add(new Range(pack, from, to - from, List.copyOf(current)));
                current.clear();
            }
            if (current.isEmpty()) {
                from = begin;
                end = begin + piece.ref().storedLength();
            }
            to = end;
            current.add(piece);
        }
        if (!current.isEmpty()) {
            ranges.add(new Range(pack, from, to - from, List.copyOf(current)));
        }
    }
}
