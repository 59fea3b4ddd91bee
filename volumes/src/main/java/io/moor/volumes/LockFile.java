package io.moor.volumes;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The open lock files of this process. Closing any descriptor of a file drops all fcntl(2) locks
 * that the process has on it, so a lock file is opened once in a process, by whatever number of
 * providers, never read, and never closed. That rule of the kernel is why this is one map for the
 * process. The file is never removed either: a lock on a file without a name excludes nobody.
 */
final class LockFile {

    private static final Map<Path, LockFile> OPEN = new HashMap<>();

    private final FileChannel channel;
    private final Optional<Object> identity;

    private LockFile(FileChannel channel, Optional<Object> identity) {
        this.channel = channel;
        this.identity = identity;
    }

    /** The open file at this path; created when it, or the whole root, is new. */
    static FileChannel of(Path path) throws IOException {
        synchronized (OPEN) {
            LockFile known = OPEN.get(path);
            // While it is open its inode is not given to another file, so a look at it is enough.
            if (known != null && known.identity.equals(identityOf(path))) {
                return known.channel;
            }
            FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            OPEN.put(path, new LockFile(channel, identityOf(path)));
            return channel;
        }
    }

    private static Optional<Object> identityOf(Path path) throws IOException {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return Optional.ofNullable(key);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
