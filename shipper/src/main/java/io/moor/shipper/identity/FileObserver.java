package io.moor.shipper.identity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what the file system says about files. Not thread-safe: one per engine.
 *
 * <p>A file system is recognised by its root directory (inode and birth time), not by its device
 * number, which changes when a volume is attached again. The JDK returns the modification time
 * where there is no birth time, so birth times are trusted on file systems known to keep them.
 */
public final class FileObserver {

    private static final String ATTRIBUTES =
            "unix:dev,ino,size,creationTime,lastModifiedTime,isRegularFile,isDirectory,isSymbolicLink";
    private static final Set<String> KEEP_BIRTH_TIMES =
            Set.of("ext4", "xfs", "btrfs", "tmpfs", "overlay", "f2fs", "bcachefs", "zfs");

    private final Optional<Path> volumeRoot;
    private final Map<Long, FileSystemTraits> traits = new HashMap<>();

    /**
     * @param volumeRoot root of the volume the files live on; empty: their mount's root is used
     */
    public FileObserver(Optional<Path> volumeRoot) {
        this.volumeRoot = volumeRoot;
    }

    /** What a directory entry is; links are not followed. */
    public enum Kind {
        FILE,
        DIRECTORY,
        LINK,
        OTHER
    }

    /**
     * @param kind what it is
     * @param file the file, when it is one
     */
    public record Entry(Kind kind, @Nullable ObservedFile file) {}

    /**
     * @throws IOException also when the path does not exist
     */
    public Entry entry(Path path) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        if (isTrue(attributes, "isSymbolicLink")) {
            return new Entry(Kind.LINK, null);
        }
        if (isTrue(attributes, "isDirectory")) {
            return new Entry(Kind.DIRECTORY, null);
        }
        return isTrue(attributes, "isRegularFile")
                ? new Entry(Kind.FILE, observed(path, attributes))
                : new Entry(Kind.OTHER, null);
    }

    /** Empty when the path is not a regular file (any more). */
    public Optional<ObservedFile> observe(Path path) {
        try {
            return Optional.ofNullable(entry(path).file());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Whether the name still means the file; else something else was opened by it. */
    public boolean isStill(ObservedFile file) {
        return observe(file.path())
                .filter(now -> now.physical().isSameFile(file.physical()))
                .isPresent();
    }

    private ObservedFile observed(Path path, Map<String, Object> attributes) throws IOException {
        long device = number(attributes, "dev");
        FileSystemTraits fileSystem = traitsOf(path, device);
        Instant birth = fileSystem.keepsBirthTimes() ? time(attributes, "creationTime") : null;
        return new ObservedFile(
                path,
                new PhysicalId(fileSystem.identity(), device, number(attributes, "ino"), birth),
                number(attributes, "size"),
                time(attributes, "lastModifiedTime"));
    }

    private FileSystemTraits traitsOf(Path path, long device) throws IOException {
        FileSystemTraits known = traits.get(device);
        if (known != null) {
            return known;
        }
        Path root = volumeRoot.filter(path::startsWith).orElse(mountRoot(path, device));
        Map<String, Object> attributes = Files.readAttributes(root, ATTRIBUTES);
        FileStore store = Files.getFileStore(root);
        boolean births = KEEP_BIRTH_TIMES.contains(store.type());
        String identity =
                number(attributes, "ino")
                        + "@"
                        + (births
                                ? time(attributes, "creationTime").toString()
                                : "device-" + device);
        FileSystemTraits found = new FileSystemTraits(identity, births);
        traits.put(device, found);
        return found;
    }

    private static Path mountRoot(Path path, long device) throws IOException {
        Path root = path;
        for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
            if (number(Files.readAttributes(parent, "unix:dev"), "dev") != device) {
                return root;
            }
            root = parent;
        }
        return root;
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static Instant time(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
    }

    private static boolean isTrue(Map<String, Object> attributes, String name) {
        return Boolean.TRUE.equals(attributes.get(name));
    }

    private record FileSystemTraits(String identity, boolean keepsBirthTimes) {}
}
