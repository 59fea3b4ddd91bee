package io.moor.volumes.repository;

/** What a snapshot has done; between every two of them it may be killed. */
public enum SnapshotStep {
    /** The parent was read. */
    BEGUN,
    /** A pack is in the bucket; happens again and again. */
    PACK_STORED,
    /** All entries are in the manifest. */
    SCANNED,
    /** All packs are in the bucket. */
    PACKS_STORED,
    /** The root is in the bucket. */
    ROOT_STORED,
    /** The commit log says that it is the head. */
    COMMITTED,
    /** The bucket says so too. */
    MARKED
}
