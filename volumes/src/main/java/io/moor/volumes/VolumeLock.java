package io.moor.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes an operation on a volume exclusive among all processes that share its storage, for as long
 * as the operation runs. It makes "look, then act" one step; it is not what keeps two writers
 * apart: that is the epoch.
 *
 * <p>One byte of one file under the root is locked with fcntl(2), which NFS carries to the other
 * machines; the volume's id says which byte. The kernel gives it back when the process dies.
 */
final class VolumeLock implements AutoCloseable {

    /** Longer than any step that should run under the lock except a long file system check. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FileLock lock;

    private VolumeLock(FileLock lock) {
        this.lock = lock;
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
        try {
            FileChannel channel = LockFile.of(files.locks());
            return Optional.ofNullable(channel.tryLock(byteOf(id), 1, false)).map(VolumeLock::new);
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it.
            return Optional.empty();
        } catch (IOException e) {
            throw Failures.storage(
                    "volume " + id + " cannot be locked (the storage must support file locks)", e);
        }
    }

    /** Two volumes with the same byte would wait for each other, and nothing else. */
    static long byteOf(VolumeId id) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.value().getBytes(StandardCharsets.US_ASCII));
            return ByteBuffer.wrap(hash).getLong() >>> 2;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() throws VolumeException {
        try {
            lock.release();
        } catch (IOException e) {
            throw Failures.storage("a volume's lock cannot be released", e);
        }
    }
}
