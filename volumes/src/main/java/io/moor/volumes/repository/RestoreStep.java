package io.moor.volumes.repository;

/** What a restore has done; between every two of them it may be killed. */
public enum RestoreStep {
    /** The snapshot was found, and the temporary directory made or found again. */
    BEGUN,
    /** A stretch of a pack was written to files; happens again and again. */
    RANGE_WRITTEN,
    /** All files have their content and metadata. */
    CONTENT_WRITTEN,
    /** So have hard links and directories. */
    METADATA_SET,
    /** All of it is on storage. */
    SYNCED,
    /** It has its final name. */
    MOVED
}
