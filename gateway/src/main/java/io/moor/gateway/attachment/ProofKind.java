package io.moor.gateway.attachment;

/**
 * Why the previous holder of a volume can no longer write. A lease that expired is not among them.
 */
public enum ProofKind {
    /** Nobody held it before. */
    NONE_BEFORE,
    /** The sidecar flushed and unmounted, and the operating system confirmed it. */
    RELEASED,
    /** A lifecycle event said that the instance is gone. */
    TERMINATED,
    /** A named person said so, with a reason. */
    OPERATOR;

    /** After any other proof the volume is dirty: checked before it is used (I11). */
    public boolean leavesClean() {
        return this == NONE_BEFORE || this == RELEASED;
    }
}
