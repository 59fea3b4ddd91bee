package io.moor.shipper.stream;

/** Whether the bytes before an offset end in the middle of a line whose beginning is shipped. */
public enum OpenLine {
    /** The next byte begins a line. */
    NONE,
    /** The last record is flagged {@code partial}; the next continues it. */
    PARTIAL,
    /** The last record is a piece of a line over the limit; the next is another piece. */
    SPLIT
}
