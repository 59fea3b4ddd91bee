package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Checks the file system of an image that nobody uses: always when the volume is dirty, otherwise
 * when the file system itself says that it was not unmounted or is damaged. It repairs what can be
 * repaired without losing anything ({@code e2fsck -p}) and leaves the rest to a person.
 */
record FileSystemCheck(Commands commands) {

    /** A full check reads all metadata; on slow shared storage and a large volume that is long. */
    private static final Duration LIMIT = Duration.ofHours(2);

    /** The bits of e2fsck's exit code, e2fsck(8). */
    private static final int CORRECTED = 1 | 2;

    /**
     * @return what the check said, in words; empty when none was needed
     * @throws VolumeException when the file system is damaged beyond what may be repaired alone
     */
    String run(VolumeId id, Path image, AttachRequest request) throws VolumeException {
        Ext4Superblock before = superblock(id, image);
        if (!request.dirty() && before.isClean()) {
            return "";
        }
        if (!request.dirty() && request.mode() == AccessMode.RO) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " is not attached read-only: its file system was not unmounted, so a"
                            + " writer may still use it; detach it there, or attach it as dirty"
                            + " when that writer is surely gone",
                    true);
        }
        // Recovery of the journal is enough when the kernel noticed nothing; a holder that did not
        // release the volume is reason to look at everything.
        CommandResult result =
                request.dirty()
                        ? commands.run(LIMIT, "e2fsck", "-f", "-p", image.toString())
                        : commands.run(LIMIT, "e2fsck", "-p", image.toString());
        String words = verdict(id, image, result);
        return before.needsRecovery() ? "journal recovered, " + words : words;
    }

    static String verdict(VolumeId id, Path image, CommandResult result) throws VolumeException {
        if (result.exit() == 0) {
            return "clean";
        }
        if ((result.exit() & ~CORRECTED) == 0) {
            return "repaired (" + result.words() + ")";
        }
        if ((result.exit() & 4) != 0) {
            throw new VolumeException(
                    "the file system of volume "
                            + id
                            + " is damaged and a repair may lose data: restore a snapshot, or copy "
                            + image
                            + " and run 'e2fsck -f "
                            + image
                            + "' by hand ("
                            + result.words()
                            + ")",
                    false);
        }
        throw new VolumeException(
                "the file system of volume " + id + " could not be checked: " + result.words(),
                true);
    }

    private static Ext4Superblock superblock(VolumeId id, Path image) throws VolumeException {
        try {
            Optional<Ext4Superblock> superblock = Ext4Superblock.read(image);
            return superblock.orElseThrow(() ->
                    new VolumeException(
                            image
                                    + " does not hold an ext4 file system: restore a"
                                    + " snapshot, or run 'e2fsck -b 32768 "
                                    + image
                                    + "' by hand",
                            false));
        } catch (IOException e) {
            throw Failures.storage("the image of volume " + id + " cannot be read", e);
        }
    }
}
