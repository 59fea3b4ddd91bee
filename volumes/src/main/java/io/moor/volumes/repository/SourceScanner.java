package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;
import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Walks a directory in path order. Other file systems below it are seen, but not entered. What goes
 * away meanwhile is left out; anything else that cannot be read ends the walk: it is not a
 * deletion.
 */
final class SourceScanner {

    private final byte[] root;
    private final Visitor visitor;
    private final Deque<Level> levels = new ArrayDeque<>();

    /** Takes what was found. */
    @FunctionalInterface
    interface Visitor {

        /**
         * @param isMountPoint whether something else is mounted there, which is not entered
         */
        void visit(ByteString path, FileStatus status, boolean isMountPoint) throws IOException;
    }

    private record Level(int descriptor, ByteString path, Iterator<byte[]> names) {}

    SourceScanner(byte[] root, Visitor visitor) {
        this.root = root;
        this.visitor = visitor;
    }

    /** Walks all of it. */
    void scan() throws IOException {
        FileStatus top = Posix.status(root);
        if (!top.isDirectory()) {
            throw new RepositoryException(Posix.words(root) + " is not a directory");
        }
        try {
            visitor.visit(ByteString.EMPTY, top, false);
            if (!enter(ByteString.EMPTY)) {
                throw new RepositoryException(Posix.words(root) + " went away");
            }
            while (!levels.isEmpty()) {
                Level level = levels.peek();
                if (level.names().hasNext()) {
                    step(level, level.names().next(), top.device());
                } else {
                    Posix.close(levels.pop().descriptor());
                }
            }
        } finally {
            levels.forEach(level -> Posix.close(level.descriptor()));
        }
    }

    private void step(Level level, byte[] name, long device) throws IOException {
        Optional<FileStatus> status = status(level, name);
        if (status.isEmpty()) {
            return;
        }
        ByteString path = level.path().child(name);
        boolean isDirectory = status.get().isDirectory();
        boolean isMountPoint = status.get().mountRoot() || status.get().device() != device;
        visitor.visit(path, status.get(), isMountPoint);
        if (isDirectory && !isMountPoint) {
            enter(path);
        }
    }

    private static Optional<FileStatus> status(Level level, byte[] name) throws IOException {
        try {
            return Optional.of(Posix.status(level.descriptor(), name));
        } catch (PosixException e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw new RepositoryException(
                    level.path().child(name) + " cannot be looked at: " + e.getMessage(), e);
        }
    }

    /** Whether the directory is still there. */
    private boolean enter(ByteString path) throws IOException {
        byte[] absolute = path.under(root);
        int descriptor;
        try {
            descriptor = Posix.openDirectory(absolute);
        } catch (PosixException e) {
            if (e.isMissing()) {
                return false;
            }
            throw e;
        }
        try {
            List<byte[]> names = Posix.names(descriptor, absolute);
            names.sort(ByteString::compareNames);
            levels.push(new Level(descriptor, path, names.iterator()));
            return true;
        } catch (IOException | RuntimeException e) {
            Posix.close(descriptor);
            throw e;
        }
    }
}
