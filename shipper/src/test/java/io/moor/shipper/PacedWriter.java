package io.moor.shipper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Applications that log at a steady rate: numbered lines of some 250 bytes into many files, each
 * rotated by renaming (.1, .2, ...) whenever it is large. Writes on, whatever the shipper does.
 */
final class PacedWriter {

    /** Bytes of a line that say which it is: {@code NN NNNNNNNNNN }. */
    private static final int NUMBERS = 14;

    private static final long TICK_NANOS = 10_000_000;

    private final Path directory;
    private final int files;
    private final long bytesPerSecond;
    private final long bytesPerGeneration;
    private final int kept;
    private final byte[] line;
    private final FileChannel[] channels;
    private final long[] written;
    private final long[] sizes;
    private final Thread thread;
    private volatile boolean rotating;
    private volatile boolean stopped;
    private final AtomicLong total = new AtomicLong();

    /**
     * @param kept rotated generations of a file that are kept; older ones are deleted
     */
    PacedWriter(Path directory, int files, long bytesPerSecond, long bytesPerGeneration, int kept) {
        this.directory = directory;
        this.files = files;
        this.bytesPerSecond = bytesPerSecond;
        this.bytesPerGeneration = bytesPerGeneration;
        this.kept = kept;
        this.line = template();
        this.channels = new FileChannel[files];
        this.written = new long[files];
        this.sizes = new long[files];
        this.thread = Thread.ofPlatform().name("paced-writer").start(this::run);
    }

    private static byte[] template() {
        return ("00 0000000000 2026-11-21T12:00:00.000Z INFO  [worker-7]"
                        + " com.example.orders.Checkout - order accepted customer=184467 items=3"
                        + " total=129.90 currency=EUR region=eu-central-1"
                        + " trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7"
                        + " user-agent=\"Mozilla/5.0 (X11; Linux)\"\n")
                .getBytes(US_ASCII);
    }

    static String name(int file) {
        return "app" + file + ".log";
    }

    /** Rotates from now on. */
    void rotate() {
        rotating = true;
    }

    /** Bytes written so far. */
    long total() {
        return total.get();
    }

    /** Stops, and says how many lines every file got. */
    long[] stop() throws InterruptedException {
        stopped = true;
        thread.join();
        return written.clone();
    }

    private void run() {
        try {
            long begin = System.nanoTime();
            for (int file = 0; file < files; file++) {
                channels[file] = open(file);
            }
            for (long tick = 1; !stopped; tick++) {
                long due = (long) (bytesPerSecond / 1e9 * (tick * TICK_NANOS));
                // A few files at a time, like applications of which each flushes now and then.
                while (total.get() < due) {
                    write((int) ((tick + total.get() / line.length) % files), due - total.get());
                }
                long wait = begin + tick * TICK_NANOS - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
            }
            for (FileChannel channel : channels) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(int file, long bytes) throws IOException {
        int lines = Math.clamp(bytes / line.length, 1, 64);
        ByteBuffer buffer = ByteBuffer.allocate(lines * line.length);
        for (int i = 0; i < lines; i++) {
            number(file, 2, 2);
            number(written[file]++, NUMBERS - 1, NUMBERS - 4);
            buffer.put(line);
        }
        buffer.flip();
        sizes[file] += buffer.remaining();
        total.addAndGet(buffer.remaining());
        channels[file].write(buffer);
        if (rotating && sizes[file] >= bytesPerGeneration) {
            rotate(file);
        }
    }

    private void number(long number, int end, int digits) {
        long rest = number;
        for (int at = end - 1; at >= end - digits; at--) {
            line[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void rotate(int file) throws IOException {
        channels[file].close();
        Files.deleteIfExists(rotated(file, kept));
        for (int generation = kept - 1; generation >= 0; generation--) {
            Path from = rotated(file, generation);
            if (Files.exists(from)) {
                Files.move(from, rotated(file, generation + 1));
            }
        }
        channels[file] = open(file);
        sizes[file] = 0;
    }

    private Path rotated(int file, int generation) {
        return directory.resolve(name(file) + (generation == 0 ? "" : "." + generation));
    }

    private FileChannel open(int file) throws IOException {
        return FileChannel.open(
                directory.resolve(name(file)),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
    }
}
