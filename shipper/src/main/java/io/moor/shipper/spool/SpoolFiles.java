package io.moor.shipper.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Looks at files of a spool. Lines end with the byte 10 here, as those of the journal do. */
final class SpoolFiles {

    private static final int BLOCK = 64 << 10;

    private SpoolFiles() {}

    /** Files that were written, oldest first. */
    static List<Path> rotated(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                if (SpoolConfig.number(file) >= 0) {
                    files.add(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparingLong(SpoolConfig::number));
        return files;
    }

    /** Length of the file up to the end of its last whole line. */
    static long wholeLines(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return after(channel, channel.size());
        }
    }

    /**
     * The beginning of the last whole line, without its end.
     *
     * @param most bytes of it
     */
    static Optional<byte[]> lastLine(Path file, int most) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long end = after(channel, channel.size());
            if (end == 0) {
                return Optional.empty();
            }
            long begin = after(channel, end - 1);
            int length = (int) Math.min(most, end - 1 - begin);
            return Optional.of(read(channel, begin, length).array());
        }
    }

    /** Position behind the last line feed before a position; 0 when there is none. */
    private static long after(FileChannel channel, long before) throws IOException {
        for (long to = before; to > 0; ) {
            int length = (int) Math.min(BLOCK, to);
            byte[] block = read(channel, to - length, length).array();
            for (int at = length - 1; at >= 0; at--) {
                if (block[at] == '\n') {
                    return to - length + at + 1;
                }
            }
            to -= length;
        }
        return 0;
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(length);
        while (block.hasRemaining()) {
            if (channel.read(block, from + block.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return block;
    }

    /** Bytes below a directory, of files of spools; 0 when there is none. */
    static long bytes(Path directory) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (var all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}
