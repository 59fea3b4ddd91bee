package io.moor.volumes.repository;

import io.moor.volumes.posix.FileStatus;
import io.moor.volumes.posix.Posix;
import io.moor.volumes.posix.PosixException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings snapshots back. A restore writes to a hidden directory beside its target, verifies all of
 * it, forces it to storage, and gives it its name last: the target is empty or complete.
 * Thread-safe.
 */
public final class Restores {

    private final Repository repository;

    public Restores(Repository repository) {
        this.repository = repository;
    }

    /**
     * Restores a snapshot. A repeat after any interruption goes on where it was: what is there is
     * verified and kept.
     *
     * @param target does not exist, or is an empty directory; its parent exists
     * @param steps is told of what is done, partly by other threads
     * @throws IOException when anything is missing, damaged or cannot be written: the target is as
     *     it was
     */
    public RestoreResult restore(RootKey snapshot, Path target, Consumer<RestoreStep> steps)
            throws IOException {
        Root root =
                RootCodec.fetch(repository, snapshot)
                        .orElseThrow(
                                () -> new RepositoryException("there is no snapshot " + snapshot));
        byte[] path = Posix.bytes(target);
        requireFree(path);
        byte[] parent = parent(path);
        byte[] temporary = temporary(parent, path, snapshot);
        boolean isResumed = begin(temporary);
        steps.accept(RestoreStep.BEGUN);
        RestoreTask task = new RestoreTask(repository, root, temporary, isResumed);
        task.run(steps);
        Posix.syncFileSystem(temporary);
        steps.accept(RestoreStep.SYNCED);
        // Fails when something came into the target meanwhile.
        Posix.rename(temporary, path);
        Posix.syncDirectory(parent);
        steps.accept(RestoreStep.MOVED);
        return task.result();
    }

    private static void requireFree(byte[] target) throws IOException {
        Optional<FileStatus> status = status(target);
        if (status.isEmpty()) {
            return;
        }
        if (status.get().isDirectory() && !status.get().mountRoot()) {
            int descriptor = Posix.openDirectory(target);
            try {
                if (Posix.names(descriptor, target).isEmpty()) {
                    return;
                }
            } finally {
                Posix.close(descriptor);
            }
        }
        throw new RepositoryException(
                Posix.words(target)
                        + " is in use: restore to a path that does not exist, or to an empty"
                        + " directory that nothing is mounted on");
    }

    private static Optional<FileStatus> status(byte[] path) throws IOException {
        try {
            return Optional.of(Posix.status(path));
        } catch (PosixException e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether an earlier attempt has left something. */
    private static boolean begin(byte[] temporary) throws IOException {
        try {
            Posix.makeDirectory(temporary);
            return false;
        } catch (PosixException e) {
            if (e.errno() == PosixException.EEXIST && Posix.status(temporary).isDirectory()) {
                return true;
            }
            throw e;
        }
    }

    private static byte[] parent(byte[] path) throws RepositoryException {
        int slash = lastSlash(path);
        if (path.length == 1) {
            throw new RepositoryException("/ cannot be replaced");
        }
        return slash == 0 ? new byte[] {'/'} : Arrays.copyOf(path, slash);
    }

    /** {@code .moor-restore-ROOT-NAME} beside it; the name is cut when it gets too long. */
    private static byte[] temporary(byte[] parent, byte[] path, RootKey snapshot) {
        byte[] name = Arrays.copyOfRange(path, lastSlash(path) + 1, path.length);
        byte[] prefix =
                (".moor-restore-" + snapshot.id() + "-").getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(prefix, prefix.length + name.length);
        System.arraycopy(name, 0, whole, prefix.length, name.length);
        return ByteString.of(Arrays.copyOf(whole, Math.min(whole.length, Limits.NAME_BYTES)))
                .under(parent.length == 1 ? new byte[0] : parent);
    }

    private static int lastSlash(byte[] path) {
        int slash = path.length - 1;
        while (path[slash] != '/') {
            slash--;
        }
        return slash;
    }
}
