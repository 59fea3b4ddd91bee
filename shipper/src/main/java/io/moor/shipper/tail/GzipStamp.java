package io.moor.shipper.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * What tells a gzip file from what is written in its place: its first bytes, with the time of the
 * compression, and the trailer of its last member, a checksum and a length. A member that is added
 * behind changes neither.
 */
final class GzipStamp {

    private static final int HEAD_BYTES = 512;
    private static final int TRAILER_BYTES = 8;

    private final long size;
    private final byte[] head;
    private final byte[] trailer;

    private GzipStamp(long size, byte[] head, byte[] trailer) {
        this.size = size;
        this.head = head;
        this.trailer = trailer;
    }

    /** Of a file as it is now; the channel's position stays. */
    static GzipStamp of(FileChannel file) throws IOException {
        return at(file, file.size());
    }

    /** Whether the file is the same one, perhaps with more behind. */
    boolean isOf(FileChannel file) throws IOException {
        if (file.size() < size) {
            return false;
        }
        GzipStamp now = at(file, size);
        return Arrays.equals(head, now.head) && Arrays.equals(trailer, now.trailer);
    }

    private static GzipStamp at(FileChannel file, long size) throws IOException {
        return new GzipStamp(
                size,
                bytes(file, 0, (int) Math.min(HEAD_BYTES, size)),
                bytes(
                        file,
                        Math.max(0, size - TRAILER_BYTES),
                        (int) Math.min(TRAILER_BYTES, size)));
    }

    private static byte[] bytes(FileChannel file, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {
            // Until it is full, or the file has become shorter.
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
