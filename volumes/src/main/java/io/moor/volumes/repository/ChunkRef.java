package io.moor.volumes.repository;

/**
 * A chunk and where it is.
 *
 * @param offset in the pack, bytes
 * @param storedLength bytes in the pack
 * @param rawLength bytes of the chunk, 1 to 4 MiB
 * @param flags see {@link ChunkFlags}
 */
record ChunkRef(RandomId pack, int offset, int storedLength, int rawLength, int flags, ChunkId id) {

    ChunkRef {
        if (offset < 0 || storedLength < 1 || rawLength < 1 || rawLength > Limits.CHUNK_BYTES) {
            throw new IllegalArgumentException("a chunk of no length");
        }
    }
}
