package io.moor.stack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The names in a stack's directory, its lock, and the way files get there: whole or not at all. */
final class StackDirectory {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path root;

    StackDirectory(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path s3() {
        return root.resolve("s3");
    }

    Path s3Credentials() {
        return root.resolve("s3.credentials");
    }

    Path ports() {
        return root.resolve("ports");
    }

    Path endpoints() {
        return root.resolve("endpoints.env");
    }

    Path process() {
        return root.resolve("process");
    }

    Path log() {
        return root.resolve("stack.log");
    }

    void create() {
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw notUsable(e);
        }
    }

    /** Keeps a second stack off this directory. */
    DirectoryLock lock() {
        create();
        try {
            return DirectoryLock.take(root);
        } catch (IOException e) {
            throw notUsable(e);
        }
    }

    private StackException notUsable(IOException e) {
        return new StackException(
                "Cannot use the directory %s (%s); choose one that can be written, or fix its permissions"
                        .formatted(root, StackException.oneLine(e)),
                e);
    }

    /** {@code KEY=VALUE} lines, readable by the owner only, renamed into place. */
    static void writeSecret(Path file, Map<String, String> entries) throws IOException {
        String text =
                entries.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining());
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.setPosixFilePermissions(unfinished, OWNER_ONLY);
        Files.writeString(unfinished, text);
        moveIntoPlace(unfinished, file);
    }

    /** The reverse of {@link #writeSecret}; empty when there is no such file. */
    static Map<String, String> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.indexOf('=') > 0)
                .collect(
                        Collectors.toMap(
                                line -> line.substring(0, line.indexOf('=')),
                                line -> line.substring(line.indexOf('=') + 1),
                                (first, second) -> second));
    }

    static void moveIntoPlace(Path unfinished, Path place) throws IOException {
        try {
            Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("renames are not atomic here", e);
        }
    }

    /**
     * Removes a directory with everything in it; symbolic links are removed, not followed. Missing
     * is fine.
     */
    static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(
                tree,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException e) throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
