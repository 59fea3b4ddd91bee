package io.moor.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Whether the committed records of a topic's partition 0 are exactly the lines of some files:
 * number, bytes and a hash that the order does not change. Prints what it found; ends with 1 when
 * they differ. Arguments: ROW BOOTSTRAP TOPIC FILE…
 */
public final class SameLines {

    private static final Duration QUIET = Duration.ofSeconds(20);

    private long lines;
    private long bytes;
    private long hashes;
    private final CRC32C crc = new CRC32C();

    private SameLines() {}

    public static void main(String[] arguments) throws IOException {
        SameLines written = new SameLines();
        for (String file : Arrays.asList(arguments).subList(3, arguments.length)) {
            written.read(Path.of(file));
        }
        SameLines shipped = new SameLines();
        try (Broker topic = new Broker(arguments[1], arguments[2], true)) {
            long last = System.nanoTime();
            // A transaction's end is an offset, too: the end of the topic is not a number of lines.
            while (topic.position() < topic.end() && System.nanoTime() - last < QUIET.toNanos()) {
                if (topic.read(
                                Duration.ofMillis(500),
                                each -> shipped.add(each.value(), 0, each.value().length))
                        > 0) {
                    last = System.nanoTime();
                }
            }
        }
        boolean same =
                written.lines == shipped.lines
                        && written.bytes == shipped.bytes
                        && written.hashes == shipped.hashes;
        System.err.printf(
                "%s: %d lines written, %d committed: %s%n",
                arguments[0], written.lines, shipped.lines, same ? "the same" : "NOT THE SAME");
        System.exit(same ? 0 : 1);
    }

    private void read(Path file) throws IOException {
        byte[] line = new byte[1 << 20];
        int length = 0;
        byte[] block = new byte[1 << 18];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                for (int at = 0; at < count; at++) {
                    if (block[at] == '\n') {
                        add(line, 0, length);
                        length = 0;
                    } else {
                        line[length++] = block[at];
                    }
                }
            }
        }
    }

    private void add(byte[] from, int offset, int length) {
        crc.reset();
        crc.update(from, offset, length);
        lines++;
        bytes += length;
        hashes += (crc.getValue() * 0x9E3779B97F4A7C15L) >>> 7;
    }
}
