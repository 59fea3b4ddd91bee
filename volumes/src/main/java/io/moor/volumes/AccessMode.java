package io.moor.volumes;

/** How an instance may use an attached volume. */
public enum AccessMode {
    /** Read-only: the file system refuses writes. */
    RO,
    /** Read and write: at most one such attachment per volume exists at any time (invariant I1). */
    RW
}
