package io.moor.shipper.tail;

import java.io.IOException;

/**
 * The one block that an engine reads files through. Grows, up to the longest line that must be seen
 * at once, and shrinks back.
 */
public final class ReadBuffer {

    /** Large enough that the system call does not matter, small enough to stay in the cache. */
    private static final int BLOCK_BYTES = 256 * 1024;

    private byte[] bytes = new byte[BLOCK_BYTES];

    byte[] bytes() {
        return bytes;
    }

    /** Fills the buffer from an offset; returns how many bytes there were, or NOT_YET. */
    int fill(Content content, long position) throws IOException {
        return content.read(bytes, position);
    }

    /** Makes room for a longer line; false when there is enough already. */
    boolean grow(int needed) {
        if (bytes.length >= needed) {
            return false;
        }
        bytes = new byte[(int) Math.min(needed, bytes.length * 2L)];
        return true;
    }

    void shrink() {
        if (bytes.length > BLOCK_BYTES) {
            bytes = new byte[BLOCK_BYTES];
        }
    }
}
