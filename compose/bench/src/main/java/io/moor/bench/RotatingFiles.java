package io.moor.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * {@code app-0.log}, {@code app-1.log} …, to which lines are appended in turn, each by a write of
 * its own. A full one becomes {@code .log.1}, that one {@code .log.2}; the third is deleted.
 */
final class RotatingFiles implements AutoCloseable {

    private static final int KEPT = 3;

    /** Lines are written in turns of a millisecond. */
    private static final long TURN_NANOS = 1_000_000;

    private final Path directory;
    private final long linesOfAFile;
    private final FileChannel[] files;
    private final long[] written;
    private final long[] room;
    private final ByteBuffer line = ByteBuffer.allocateDirect(LogLines.LINE_BYTES);
    private long next;

    RotatingFiles(Path directory, int count, long linesOfAFile) throws IOException {
        this.directory = directory;
        this.linesOfAFile = linesOfAFile;
        this.files = new FileChannel[count];
        this.written = new long[count];
        this.room = new long[count];
        Files.createDirectories(directory);
        for (int file = 0; file < count; file++) {
            files[file] = open(file);
            // Not all of them at once.
            room[file] = linesOfAFile * (file + 1) / count + 1;
        }
    }

    /**
     * Writes evenly.
     *
     * @return seconds that it took
     */
    double write(long lines, double perSecond) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (long done = 0; done < lines; ) {
            long elapsed = System.nanoTime() - begin;
            long due = Math.min(lines, (long) (elapsed / 1e9 * perSecond) + 1);
            for (; done < due; done++) {
                writeLine((int) (next++ % files.length));
            }
            Thread.sleep(Duration.ofNanos(TURN_NANOS));
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private void writeLine(int file) throws IOException {
        if (room[file]-- == 0) {
            rotate(file);
        }
        Arrivals.format(line.clear(), file, written[file]++);
        files[file].write(line.flip());
    }

    private void rotate(int file) throws IOException {
        room[file] = linesOfAFile - 1;
        files[file].close();
        for (int age = KEPT - 1; age >= 0; age--) {
            if (Files.exists(path(file, age))) {
                Files.move(
                        path(file, age), path(file, age + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(path(file, KEPT));
        files[file] = open(file);
    }

    private FileChannel open(int file) throws IOException {
        return FileChannel.open(
                path(file, 0), StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
    }

    private Path path(int file, int age) {
        return directory.resolve("app-" + file + ".log" + (age == 0 ? "" : "." + age));
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : files) {
            file.close();
        }
    }
}
