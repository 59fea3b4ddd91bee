package io.moor.shipper.engine;

import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One shipper per state directory: an exclusive lock that the system gives back after any death.
 */
final class StateLock implements AutoCloseable {

    /** POSIX gives all locks of a process on a file back when any handle of it is closed. */
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private StateLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static StateLock take(Path directory) throws ShipperException {
        try {
            Path file = Files.createDirectories(directory).toRealPath().resolve("lock");
            if (!HELD_BY_THIS_PROCESS.add(file)) {
                throw taken(directory);
            }
            FileChannel channel = lock(file);
            if (channel == null) {
                throw taken(directory);
            }
            return new StateLock(file, channel);
        } catch (IOException e) {
            throw new ShipperException(
                    Reason.STATE_UNUSABLE,
                    "the state directory "
                            + directory
                            + " cannot be written ("
                            + reason(e)
                            + "); choose another or correct its rights",
                    e);
        }
    }

    /** Of some exceptions the message is a path only, and the type tells what happened. */
    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "no right to " + denied.getFile();
            case FileAlreadyExistsException file -> file.getFile() + " is not a directory";
            case NoSuchFileException missing -> "there is no place for " + missing.getFile();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static ShipperException taken(Path directory) {
        return new ShipperException(
                Reason.STATE_UNUSABLE,
                "another shipper uses the state directory "
                        + directory
                        + "; stop it or choose another directory");
    }

    private static @Nullable FileChannel lock(Path file) throws IOException {
        boolean locked = false;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            return locked ? channel : null;
        } finally {
            if (!locked) {
                HELD_BY_THIS_PROCESS.remove(file);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_BY_THIS_PROCESS.remove(file);
        }
    }
}
