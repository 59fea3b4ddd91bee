package io.moor.volumes.repository;

import java.util.List;
import java.util.Optional;

/**
 * What a file consists of: items here, or a node that lists them.
 *
 * @param level of the node, 0: of items; has no meaning without a node
 */
record Content(List<Item> items, int level, Optional<ChunkRef> node) {

    static final Content EMPTY = new Content(List.of(), 0, Optional.empty());

    Content {
        items = List.copyOf(items);
    }

    /** A stretch of a file. */
    sealed interface Item {
        /** Bytes of the file. */
        long length();
    }

    record Hole(long length) implements Item {}

    record Chunk(ChunkRef ref) implements Item {
        @Override
        public long length() {
            return ref.rawLength();
        }
    }
}
