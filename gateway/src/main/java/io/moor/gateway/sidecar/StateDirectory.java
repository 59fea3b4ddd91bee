package io.moor.gateway.sidecar;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.gateway.protocol.DrainOutcome;
import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The sidecar's own scratch: a lock, who this instance was last, and how far a drain got. Losing it
 * loses nothing: everything is asked or read again.
 */
final class StateDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final FileChannel lock;

    private StateDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Who this instance was when it registered last.
     *
     * @param instance its id
     * @param bootId valid for this boot only
     * @param group its group
     * @param slot its slot
     */
    record Identity(String instance, String bootId, String group, int slot) {}

    private record Streams(String drain, List<DrainOutcome.Stream> streams) {}

    /**
     * @throws CommandFailure when the directory cannot be written or another sidecar uses it
     */
    static StateDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            var channel =
                    FileChannel.open(
                            directory.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (locked(channel)) {
                return new StateDirectory(directory, channel);
            }
            channel.close();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the state directory "
                            + directory
                            + " cannot be written; make it writable or change 'state' in"
                            + " sidecar.yaml",
                    e);
        }
        throw new CommandFailure(
                ExitCode.FAILED,
                "another sidecar uses the state directory "
                        + directory
                        + "; stop it, or give this one a 'state' of its own");
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Nullable Identity identity() {
        return read("identity.json", Identity.class);
    }

    void save(Identity identity) {
        write("identity.json", identity);
    }

    /** A drained instance must not ship before the gateway has told it so. */
    void forgetIdentity() {
        try {
            Files.deleteIfExists(directory.resolve("identity.json"));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("why", e.getMessage()).log("a cache cannot be removed");
        }
    }

    /** What an earlier process finished for this order, before the volumes were released. */
    List<DrainOutcome.Stream> savedStreams(String drain) {
        var saved = read("drain-streams.json", Streams.class);
        return saved != null && saved.drain().equals(drain) ? saved.streams() : List.of();
    }

    void saveStreams(String drain, List<DrainOutcome.Stream> streams) {
        write("drain-streams.json", new Streams(drain, streams));
    }

    private <T> @Nullable T read(String name, Class<T> type) {
        var file = directory.resolve(name);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JSON.readValue(file.toFile(), type);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", file).log("a cache cannot be read and is ignored");
            return null;
        }
    }

    private void write(String name, Object value) {
        try {
            var draft = directory.resolve(name + ".tmp");
            Files.write(draft, JSON.writeValueAsBytes(value));
            Files.move(
                    draft,
                    directory.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", name)
                    .addKeyValue("why", e.getMessage())
                    .log("a cache cannot be written; nothing is lost but time");
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("closing the lock failed; the kernel releases it");
        }
    }
}
