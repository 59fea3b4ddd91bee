package io.moor.volumes.repository;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pack that is being filled. Places are given out one after the other, under the writer's lock;
 * whoever has one fills it at leisure. It is complete when it is closed and every place is filled.
 */
final class OpenPack {

    final RandomId id = RandomId.create();
    final byte[] buffer;
    private final Map<ChunkId, ChunkRef> chunks = new LinkedHashMap<>();

    /** Places not filled yet, and one for being open. */
    private final AtomicInteger unfilled = new AtomicInteger(1);

    private int length;

    OpenPack(byte[] buffer) {
        this.buffer = buffer;
    }

    boolean fits(int storedLength) {
        return chunks.size() < Limits.PACK_CHUNKS
                && length + storedLength <= Limits.PACK_DATA_BYTES;
    }

    /** A chunk occurs once in a pack: its key is made of the two. */
    Optional<ChunkRef> find(ChunkId chunk) {
        return Optional.ofNullable(chunks.get(chunk));
    }

    ChunkRef reserve(ChunkId chunk, int storedLength, int rawLength, int flags) {
        ChunkRef ref = new ChunkRef(id, length, storedLength, rawLength, flags, chunk);
        chunks.put(chunk, ref);
        length += storedLength;
        unfilled.incrementAndGet();
        return ref;
    }

    /**
     * One place is filled, or nothing will be added any more.
     *
     * @return whether the pack is complete: true once
     */
    boolean filled() {
        return unfilled.decrementAndGet() == 0;
    }

    /** Adds the footer. Called once, when the pack is complete. */
    int finish(RepositoryKeys keys, ChunkCodec codec) {
        byte[] footer = PackFooter.write(id, length, List.copyOf(chunks.values()), keys, codec);
        System.arraycopy(footer, 0, buffer, length, footer.length);
        return length + footer.length;
    }
}
