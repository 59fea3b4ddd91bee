package io.moor.volumes.repository;

/** What the format allows at most; docs/snapshot-format.md. */
final class Limits {

    static final int CHUNK_BYTES = 4 << 20;
    static final int WHOLE_BYTES = 256 << 10;
    static final int PACK_BYTES = 32 << 20;

    /** Of chunks in a pack that is written; a reader takes more. */
    static final int PACK_DATA_BYTES = 8 << 20;

    /** Keeps footers small. */
    static final int PACK_CHUNKS = 16_384;

    static final int NODE_BYTES = 256 << 10;
    static final int LEAF_ENTRIES = 1_024;
    static final int NODE_CHILDREN = 1_024;
    static final int ITEMS_LEAST = 64;
    static final int ITEMS = 2_048;
    static final int INLINE_ITEMS = 8;
    static final int PATH_BYTES = 4_095;
    static final int NAME_BYTES = 255;
    static final int ATTRIBUTES = 256;
    static final int ATTRIBUTE_BYTES = 64 << 10;
    static final int ATTRIBUTES_BYTES = 128 << 10;
    static final int ROOT_BYTES = 64 << 20;
    static final int ROOT_PACKS = 2_000_000;
    static final int TORN_PATHS = 1_000;
    static final int LEVELS = 7;
    static final long FILE_BYTES = 1L << 62;
    static final int LINKS_WAITING = 1_000_000;

    private Limits() {}
}
