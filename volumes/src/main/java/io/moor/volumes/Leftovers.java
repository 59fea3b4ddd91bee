package io.moor.volumes;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What creations and deletions that stopped half-way left behind. It is removed by whoever comes
 * next and can lock the volume, which shows that nobody is still at it.
 */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final VolumeFiles files;
    private final Existence volumes;

    /** Tells which volumes exist. */
    interface Existence {
        boolean includes(VolumeId id) throws VolumeException;
    }

    Leftovers(VolumeFiles files, Existence volumes) {
        this.files = files;
        this.volumes = volumes;
    }

    /** Removes all that nobody works on. A failure is logged: it must not stop other work. */
    void sweep() {
        for (Path leftover : found()) {
            Optional<VolumeId> id = VolumeFiles.leftoverOf(leftover);
            if (id.isPresent()) {
                sweep(id.get(), leftover);
            }
        }
    }

    /**
     * Removes a leftover, and before it the notes beside the volume when there is no such volume.
     * Called under the volume's lock.
     */
    void remove(VolumeId id, Path leftover) throws IOException, VolumeException {
        if (!volumes.includes(id)) {
            // In this order on storage too: with the leftover gone nobody would look for the notes.
            boolean any = false;
            for (Path note : files.notes(id)) {
                any |= Files.deleteIfExists(note);
            }
            if (any) {
                DurableFile.sync(files.root());
            }
        }
        if (Files.exists(leftover, LinkOption.NOFOLLOW_LINKS)) {
            requireNoMounts(leftover);
            removeTree(leftover);
        }
    }

    private List<Path> found() {
        try (Stream<Path> all = Files.list(files.root())) {
            return all.filter(file -> VolumeFiles.leftoverOf(file).isPresent()).toList();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("root", files.root())
                    .setCause(e)
                    .log("leftovers of volumes cannot be listed");
            return List.of();
        }
    }

    private void sweep(VolumeId id, Path leftover) {
        try {
            Optional<VolumeLock> lock = VolumeLock.tryAcquire(files, id);
            if (lock.isPresent()) {
                try (VolumeLock _ = lock.get()) {
                    remove(id, leftover);
                }
            }
        } catch (IOException | VolumeException e) {
            LOG.atWarn()
                    .addKeyValue("file", leftover)
                    .setCause(e)
                    .log("a leftover of a volume cannot be removed");
        }
    }

    /** Refuses to remove a tree that other file systems are mounted in: their files would go. */
    static void requireNoMounts(Path tree) throws VolumeException {
        List<MountEntry> mounts = MountTable.read().below(tree);
        if (!mounts.isEmpty()) {
            throw new VolumeException(
                    tree
                            + " is not removed, because something is mounted at "
                            + mounts.getFirst().point()
                            + ": unmount it first",
                    false);
        }
    }

    private static void removeTree(Path tree) throws IOException {
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
