package io.moor.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Held as long as a stack uses its directory; the kernel gives it back when the holder dies,
 * however it dies.
 *
 * <p>Closing any descriptor of a file drops all locks that the process has on it (fcntl(2)), so
 * within one JVM a set of paths decides, and the file is never opened twice.
 */
final class DirectoryLock implements AutoCloseable {

    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * @throws StackException when somebody else has it
     * @throws IOException when the directory cannot be written
     */
    static DirectoryLock take(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw taken(directory);
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel =
                    FileChannel.open(
                            real.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (!locked) {
                throw taken(directory);
            }
            return new DirectoryLock(real, channel);
        } finally {
            if (!locked) {
                HELD.remove(real);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(directory);
    }

    private static StackException taken(Path directory) {
        return new StackException(
                "Another stack is running in %s; stop it or choose another directory"
                        .formatted(directory));
    }
}
