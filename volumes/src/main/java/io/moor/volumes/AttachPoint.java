package io.moor.volumes;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The place where a volume appears: what may be there before, and how the kernel calls it. */
final class AttachPoint {

    private AttachPoint() {}

    /**
     * The path as mount tables show it: symbolic links in its parents resolved, the last name kept.
     */
    static Path canonical(Path path) throws VolumeException {
        Path normal = path.normalize();
        Path parent = normal.getParent();
        Path name = normal.getFileName();
        if (parent == null || name == null) {
            throw new VolumeException("a volume cannot be attached at " + path, false);
        }
        if (!Files.exists(parent)) {
            return normal;
        }
        try {
            return parent.toRealPath().resolve(name);
        } catch (IOException e) {
            throw Failures.storage("the path " + path + " cannot be looked at", e);
        }
    }

    /** Creates the parents of the path, and returns the path as mount tables show it. */
    static Path withParents(Path path) throws VolumeException {
        Path normal = path.normalize();
        Path parent = normal.getParent();
        try {
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw new VolumeException(
                    "the directory for " + path + " cannot be created: " + Failures.words(e),
                    false,
                    e);
        }
        return canonical(path);
    }

    /** Makes an empty directory at a canonical path that nothing is mounted on, or says why not. */
    static void makeMountPoint(Path path, MountTable table) throws VolumeException {
        Optional<MountEntry> mounted = table.topAt(path);
        if (mounted.isPresent()) {
            throw occupied(path, mounted.get().source() + " is mounted there");
        }
        try {
            if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(path);
                return;
            }
            requireEmptyDirectory(path);
        } catch (IOException e) {
            throw new VolumeException(
                    "the directory " + path + " cannot be used: " + Failures.words(e), false, e);
        }
    }

    /** Accepts only what can be taken away without losing anything. */
    static void requireEmptyDirectory(Path path) throws IOException, VolumeException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw occupied(
                    path,
                    Files.isSymbolicLink(path)
                            ? "a symbolic link to " + Files.readSymbolicLink(path) + " is there"
                            : "a file is there");
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
            for (Path first : content) {
                throw occupied(path, "it holds " + first.getFileName());
            }
        }
    }

    static VolumeException occupied(Path path, String why) {
        return new VolumeException(
                "nothing is attached at "
                        + path
                        + ", because "
                        + why
                        + ": move that away, or choose another path",
                false);
    }
}
