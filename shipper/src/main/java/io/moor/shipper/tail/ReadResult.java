package io.moor.shipper.tail;

/** What one turn at a file brought. */
public enum ReadResult {
    /** Lines; there may be more. */
    LINES,
    /** Nothing new: the end of the file, or an unterminated line. */
    END,
    /** Nothing now, and not the end either: ask again. */
    LATER,
    /** The committed bytes are not there any more: truncated or written anew. */
    REWRITTEN
}
