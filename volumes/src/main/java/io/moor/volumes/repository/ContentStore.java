package io.moor.volumes.repository;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores chunks of files. Thread-safe. */
record ContentStore(PackWriter packs, ChunkIndex known) {

    /**
     * A stretch of a buffer that is a chunk.
     *
     * @param before the chunk that was at this place in the version before, if one was
     */
    record Cut(int from, int length, Optional<ChunkRef> before) {}

    /**
     * @param found bytes that were there already
     */
    record Stored(List<Content.Item> items, long found) {}

    Stored store(byte[] data, List<Cut> cuts, ChunkCodec codec) throws IOException {
        List<Content.Item> items = new ArrayList<>(cuts.size());
        long found = 0;
        for (Cut cut : cuts) {
            ChunkId id = codec.id(data, cut.from(), cut.length());
            Optional<ChunkRef> there =
                    cut.before().filter(ref -> ref.id().equals(id)).or(() -> known.find(id));
            if (there.isPresent()) {
                found += cut.length();
                items.add(new Content.Chunk(there.get()));
            } else {
                items.add(
                        new Content.Chunk(
                                packs.add(id, data, cut.from(), cut.length(), known, codec)));
            }
        }
        return new Stored(items, found);
    }
}
