package io.moor.shipper.tail;

import java.io.Closeable;
import java.io.IOException;

/**
 * The bytes of one open generation by their offset in it, however they lie in the file. Not
 * thread-safe.
 */
interface Content extends Closeable {

    /** What {@link #read} returns when it is to be asked again, because the way there is long. */
    int NOT_YET = -1;

    /**
     * Fills the buffer from an offset on.
     *
     * @return bytes there were, fewer than the buffer holds at the end; or {@link #NOT_YET}
     */
    int read(byte[] into, long position) throws IOException;

    /** Bytes there are. */
    long size() throws IOException;

    /** Whether nothing can follow its end: an unterminated last line is complete then. */
    boolean isFinal();
}
