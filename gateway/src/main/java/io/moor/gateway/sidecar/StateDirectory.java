package io.moor.gateway.sidecar;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.volumes.VolumeException;
import io.moor.volumes.VolumeId;

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
import java.util.stream.Stream;

/**
 * The sidecar's own scratch: a lock, who this instance was last, what is attached, and how far its
 * drains got. Losing it loses no data; what was attached and is not desired any more is then not
 * found again.
 */
final class StateDirectory implements AttachmentBoard.Memory, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String MOUNTS = "mounts";

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

    private record Logs(String incarnation, List<OriginLogs> logs) {}

    private record Mount(DesiredAttachment grant, String path) {}

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

    /** What the drains of this incarnation finished, before the volumes were released. */
    List<OriginLogs> savedLogs(String incarnation) {
        var saved = read("drain-logs.json", Logs.class);
        return saved != null && saved.incarnation().equals(incarnation) ? saved.logs() : List.of();
    }

    /**
     * @return whether it was written
     */
    boolean saveLogs(String incarnation, List<OriginLogs> logs) {
        return write("drain-logs.json", new Logs(incarnation, logs));
    }

    /** What earlier processes attached, or were about to, and nobody confirmed to be gone. */
    List<Holding.Found> found() {
        var mounts = directory.resolve(MOUNTS);
        if (!Files.isDirectory(mounts)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(mounts)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .flatMap(name -> Stream.ofNullable(read(MOUNTS + "/" + name, Mount.class)))
                    .map(mount -> new Holding.Found(mount.grant(), Path.of(mount.path()), ""))
                    .toList();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED, "what is attached cannot be read from " + mounts, e);
        }
    }

    @Override
    public void remember(DesiredAttachment grant, Path path) throws VolumeException {
        var name = MOUNTS + "/" + new VolumeId(grant.volume()) + ".json";
        try {
            Files.createDirectories(directory.resolve(MOUNTS));
        } catch (IOException e) {
            throw new VolumeException(
                    directory.resolve(MOUNTS) + " cannot be made: " + e.getMessage(), true);
        }
        if (!write(name, new Mount(grant, path.toString()))) {
            throw new VolumeException(
                    "nothing is attached that the state directory "
                            + directory
                            + " cannot remember; make it writable",
                    true);
        }
    }

    @Override
    public void forget(String volume) {
        var file = directory.resolve(MOUNTS).resolve(new VolumeId(volume) + ".json");
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("cannot be removed; the next process looks for that volume once more");
        }
    }

    private <T> @Nullable T read(String name, Class<T> type) {
        var file = directory.resolve(name);
        if (!Files.exists(file)) {
            return null;
        }
        try {
            return JSON.readValue(file.toFile(), type);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("a file of the state directory cannot be read and is ignored");
            return null;
        }
    }

    private boolean write(String name, Object value) {
        try {
            var draft = directory.resolve(name + ".tmp");
            Files.write(
                    draft,
                    JSON.writeValueAsBytes(value),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DSYNC);
            Files.move(
                    draft,
                    directory.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", name)
                    .addKeyValue("why", e.getMessage())
                    .log("the state directory cannot be written");
            return false;
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
