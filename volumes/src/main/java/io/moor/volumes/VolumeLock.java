package io.moor.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes an operation on a volume exclusive among all processes that share its storage, for as long
 * as the operation runs. It makes "look, then act" one step; it is not what keeps two writers
 * apart: that is the epoch.
 *
 * <p>A file beside the volume is locked with fcntl(2), which NFS carries to the other machines. The
 * kernel gives it back when the process dies. Two properties of these locks shape the code:
 *
 * <ul>
 *   <li>Closing any descriptor of the file drops the process's lock, so within this process a path
 *       must be taken before its file is even opened: {@link #TAKEN}, one set per process because
 *       the kernel's rule is per process.
 *   <li>The holder removes the file before it lets go. Somebody who waited then holds a lock on a
 *       file without a name; a token written into the file and read back through its name shows it.
 * </ul>
 */
final class VolumeLock implements AutoCloseable {

    /** Longer than any step that should run under the lock except a long file system check. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private VolumeLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Waits for the lock, at most half a minute. */
    static VolumeLock acquire(VolumeFiles files, VolumeId id) throws VolumeException {
        return Waiting.untilPresent(PATIENCE, () -> tryAcquire(files, id))
                .orElseThrow(() ->
                        new VolumeException(
                                "another operation on volume "
                                        + id
                                        + " is still running: try again later",
                                true));
    }

    /** Takes the lock if nobody has it. */
    static Optional<VolumeLock> tryAcquire(VolumeFiles files, VolumeId id) throws VolumeException {
        Path file = files.lock(id);
        if (!TAKEN.add(file)) {
            return Optional.empty();
        }
        boolean held = false;
        try {
            FileChannel channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            try {
                held = channel.tryLock() != null && hasName(channel, file);
            } finally {
                if (!held) {
                    channel.close();
                }
            }
            return held ? Optional.of(new VolumeLock(file, channel)) : Optional.empty();
        } catch (IOException e) {
            throw Failures.storage(
                    "volume " + id + " cannot be locked (the storage must support file locks)", e);
        } finally {
            if (!held) {
                TAKEN.remove(file);
            }
        }
    }

    private static boolean hasName(FileChannel channel, Path file) throws IOException {
        String token = UUID.randomUUID() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(token.getBytes(StandardCharsets.US_ASCII)), 0);
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).equals(token);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws VolumeException {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Failures.storage("the lock " + file + " cannot be removed", e);
        } finally {
            TAKEN.remove(file);
        }
    }
}
