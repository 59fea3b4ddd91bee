package io.moor.volumes.repository;

/** How bytes are stored. */
final class ChunkFlags {

    static final int ZSTD = 1;
    static final int ENCRYPTED = 2;
    static final int NODE = 4;
    static final int ALL = ZSTD | ENCRYPTED | NODE;

    private ChunkFlags() {}
}
