package io.moor.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Changes to files and names that survive the loss of power once the method has returned. */
final class DurableFile {

    private DurableFile() {}

    /** Replaces a small text file: a reader sees the old or the new text, never a part. */
    static void write(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(VolumeFiles.CREATING + file.getFileName());
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        rename(temporary, file);
    }

    /** Renames within one directory, or replaces what has the new name. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        sync(directoryOf(to));
    }

    /** Forces the content of a file, or the names in a directory, to storage. */
    static void sync(Path path) throws IOException {
        StandardOpenOption mode =
                Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        ? StandardOpenOption.READ
                        : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }

    static void deleteIfExists(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            sync(directoryOf(file));
        }
    }

    private static Path directoryOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }
}
