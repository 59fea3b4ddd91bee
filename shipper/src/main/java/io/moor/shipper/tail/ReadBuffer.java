package io.moor.shipper.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

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

    /** Fills the buffer from a position of the file; returns how many bytes there were. */
    int fill(FileChannel channel, long position) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(bytes);
        while (target.hasRemaining()) {
            int read = channel.read(target, position + target.position());
            if (read <= 0) {
                break;
            }
        }
        return target.position();
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
