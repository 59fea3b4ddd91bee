package io.moor.shipper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;

/** An application: numbered lines into some files, each rotated by renaming now and then. */
final class RotatingWriter {

    /** None is deleted: what is deleted while nobody ships is gone. */
    private static final int KEPT = 500;

    private final Path directory;
    private final int files;
    private final int linesPerGeneration;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean rotating;
    private volatile long written;

    RotatingWriter(Path directory, int files, int linesPerGeneration) {
        this.directory = directory;
        this.files = files;
        this.linesPerGeneration = linesPerGeneration;
        this.thread = Thread.ofPlatform().name("writer").start(this::run);
    }

    static String name(int file) {
        return "app" + file + ".log";
    }

    static String line(long number) {
        return "line " + number;
    }

    /** Rotates from now on. */
    void rotate() {
        rotating = true;
    }

    /** Stops, and says how many lines every file got. */
    long stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return written;
    }

    private void run() {
        Writer[] writers = new Writer[files];
        try {
            for (long number = 0; !stopped; number++) {
                for (int file = 0; file < files; file++) {
                    boolean turn = number % linesPerGeneration == (file * 7L) % linesPerGeneration;
                    if (writers[file] == null || (rotating && turn)) {
                        writers[file] = rotated(file, writers[file]);
                    }
                    writers[file].write(line(number) + "\n");
                    writers[file].flush();
                }
                written = number + 1;
                LockSupport.parkNanos(1_000_000);
            }
            for (Writer writer : writers) {
                writer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Writer rotated(int file, Writer old) throws IOException {
        if (old != null) {
            old.close();
            for (int turn = KEPT; turn >= 1; turn--) {
                Path from = directory.resolve(name(file) + (turn == 1 ? "" : "." + (turn - 1)));
                if (Files.exists(from)) {
                    Files.move(
                            from,
                            directory.resolve(name(file) + "." + turn),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        return Files.newBufferedWriter(directory.resolve(name(file)));
    }
}
