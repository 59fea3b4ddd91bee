package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;
import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An open file of the source, as it was when it was opened. */
final class FileReading implements AutoCloseable {

    private final byte[] path;
    private final int descriptor;
    private final FileStatus status;

    private FileReading(byte[] path, int descriptor, FileStatus status) {
        this.path = path;
        this.descriptor = descriptor;
        this.status = status;
    }

    /** A stretch of a file that has data. */
    record Extent(long from, long to) {}

    /**
     * @return empty when it went away or is no file any more
     */
    static Optional<FileReading> open(byte[] path) throws IOException {
        int descriptor;
        try {
            // A fifo that took the place of the file would block.
            descriptor = Posix.open(path, Posix.READ_ONLY | Posix.NO_BLOCK);
        } catch (PosixException e) {
            // ELOOP: a symbolic link took its place. ENXIO: a socket did.
            if (e.isMissing() || e.errno() == 40 || e.errno() == PosixException.ENXIO) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            FileStatus status = Posix.statusOf(descriptor, path);
            if (status.isFile()) {
                return Optional.of(new FileReading(path, descriptor, status));
            }
        } catch (IOException | RuntimeException e) {
            Posix.close(descriptor);
            throw e;
        }
        Posix.close(descriptor);
        return Optional.empty();
    }

    FileStatus status() {
        return status;
    }

    long size() {
        return status.size();
    }

    int read(long offset, byte[] into, int at, int length) throws IOException {
        return Posix.read(descriptor, path, offset, into, at, length);
    }

    /** Whether nothing has happened to it since it was opened. */
    boolean isStill() throws IOException {
        return Posix.statusOf(descriptor, path).isUnchangedSince(status);
    }

    /** Where it has data; all of it when it has fewer holes than the system tells of. */
    List<Extent> extents() throws IOException {
        if (size() == 0) {
            return List.of();
        }
        if (status.blocks() * 512 >= size()) {
            return List.of(new Extent(0, size()));
        }
        List<Extent> extents = new ArrayList<>();
        long at = 0;
        while (at < size()) {
            long from = Posix.nextData(descriptor, path, at, size());
            if (from >= size()) {
                break;
            }
            long to = Posix.nextHole(descriptor, path, from, size());
            extents.add(new Extent(from, to));
            at = to;
        }
        return extents;
    }

    @Override
    public void close() {
        Posix.close(descriptor);
    }
}
