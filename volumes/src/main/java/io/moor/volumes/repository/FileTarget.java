package io.moor.volumes.repository;

import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** A file that is being restored: complete when all its chunks have been written. Thread-safe. */
final class FileTarget {

    private final byte[] path;
    private final Entry entry;
    private final MetadataSetter metadata;

    /** Chunks to come, and one while they are not all planned. */
    private final AtomicLong unwritten = new AtomicLong(1);

    FileTarget(byte[] path, Entry entry, MetadataSetter metadata) {
        this.path = path;
        this.entry = entry;
        this.metadata = metadata;
    }

    /**
     * Makes the file with its final size, all of it a hole; keeps what an earlier attempt wrote.
     */
    void create(long size) throws IOException {
        int descriptor = open(Posix.WRITE_ONLY | Posix.CREATE);
        try {
            Posix.truncate(descriptor, path, size);
        } finally {
            Posix.close(descriptor);
        }
    }

    /** Also what an earlier attempt has given its final permissions. */
    private int open(int flags) throws IOException {
        try {
            return Posix.open(path, flags);
        } catch (PosixException e) {
            if (e.errno() != PosixException.EACCES) {
                throw e;
            }
            Posix.setPermissions(path, 0600);
            return Posix.open(path, flags);
        }
    }

    void expect() {
        unwritten.incrementAndGet();
    }

    /**
     * Whether a chunk is at its place already. One of zeros alone never is: what was not written
     * yet looks like it, and would stay a hole.
     */
    boolean has(ChunkRef ref, long offset, ChunkCodec codec) throws IOException {
        int descriptor = open(Posix.READ_ONLY);
        try {
            byte[] there = new byte[ref.rawLength()];
            return Posix.read(descriptor, path, offset, there, 0, there.length) == there.length
                    && !isZero(there)
                    && codec.id(there, 0, there.length).equals(ref.id());
        } finally {
            Posix.close(descriptor);
        }
    }

    private static boolean isZero(byte[] data) {
        return data[0] == 0 && Arrays.equals(data, 1, data.length, data, 0, data.length - 1);
    }

    void write(byte[] data, long offset) throws IOException {
        int descriptor = open(Posix.WRITE_ONLY | Posix.CREATE);
        try {
            Posix.write(descriptor, path, offset, data, 0, data.length);
        } finally {
            Posix.close(descriptor);
        }
    }

    /** One chunk is there, or all are planned; the last one sets the metadata. */
    void done() throws IOException {
        if (unwritten.decrementAndGet() == 0) {
            metadata.set(path, entry);
        }
    }
}
