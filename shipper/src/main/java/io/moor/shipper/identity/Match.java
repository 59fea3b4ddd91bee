package io.moor.shipper.identity;

/** Whether an observed file is a known generation. */
public enum Match {
    /** The known generation: go on at its committed offset. */
    SAME,
    /**
     * The physical file is the known one, its content is not: truncated and perhaps written anew.
     */
    REWRITTEN,
    /** Another file. */
    OTHER
}
