package io.moor.volumes.repository;

import java.io.IOException;
import java.util.Optional;

/**
 * The chunks of the version before, asked for by their places, in order: a block that was not
 * changed is found however large the file is.
 */
final class PreviousChunks {

    static final PreviousChunks NONE = new PreviousChunks(Optional.empty());

    private Optional<ContentCursor> cursor;
    private Optional<Content.Item> current = Optional.empty();
    private long offset;

    PreviousChunks(Optional<ContentCursor> cursor) {
        this.cursor = cursor;
    }

    /**
     * @param at not before that of the last call
     * @return the chunk that was exactly there
     */
    Optional<ChunkRef> at(long at, int length) throws IOException {
        if (cursor.isEmpty()) {
            return Optional.empty();
        }
        if (current.isEmpty()) {
            current = cursor.get().next();
        }
        while (current.isPresent() && offset + current.get().length() <= at) {
            offset += current.get().length();
            current = cursor.get().next();
        }
        if (current.isEmpty()) {
            cursor = Optional.empty();
            return Optional.empty();
        }
        return current.get() instanceof Content.Chunk chunk
                        && offset == at
                        && chunk.ref().rawLength() == length
                ? Optional.of(chunk.ref())
                : Optional.empty();
    }
}
