package io.moor.shipper.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses a gzip file (RFC 1952) from its beginning: any number of members, each checked
 * against its trailer, zeroes behind the last one allowed. The JDK's stream takes garbage and a cut
 * second member for the end; here both are told, because what is not whole must not be shipped.
 * Memory: one input block and the inflater's window.
 */
final class GzipMembers implements Closeable {

    private static final int INPUT_BYTES = 64 << 10;
    private static final int MAGIC_1 = 0x1f;
    private static final int MAGIC_2 = 0x8b;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final FileChannel channel;
    private final byte[] input = new byte[INPUT_BYTES];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private long filePosition;
    private int inputAt;
    private int inputEnd;
    private long position;
    private long memberBytes;
    private boolean inMember;
    private boolean any;

    /** Reads through the channel's positions; the caller closes it. */
    GzipMembers(FileChannel channel) {
        this.channel = channel;
    }

    /** Decompressed bytes so far. */
    long position() {
        return position;
    }

    /**
     * Decompresses some more.
     *
     * @return bytes put into {@code [from, to)}, at least one; -1 at the end
     * @throws GzipException when the file is damaged or not complete
     */
    int inflate(byte[] into, int from, int to) throws IOException {
        while (true) {
            if (!inMember) {
                if (!begin()) {
                    return -1;
                }
            }
            int count = some(into, from, to);
            if (count > 0) {
                checksum.update(into, from, count);
                memberBytes += count;
                position += count;
                return count;
            }
            if (inflater.finished()) {
                end();
            } else if (inflater.needsDictionary()) {
                throw GzipException.damaged("it needs a dictionary");
            } else if (fill()) {
                inflater.setInput(input, 0, inputEnd);
            } else {
                throw GzipException.incomplete();
            }
        }
    }

    private int some(byte[] into, int from, int to) throws GzipException {
        try {
            return inflater.inflate(into, from, to - from);
        } catch (DataFormatException e) {
            throw GzipException.damaged("the compressed data is damaged: " + e.getMessage());
        }
    }

    /** False at the end of the file. */
    private boolean begin() throws IOException {
        if (inputAt == inputEnd && !fill()) {
            if (any) {
                return false;
            }
            throw GzipException.incomplete();
        }
        int first = next();
        if (first == 0 && any) {
            padding();
            return false;
        }
        if (first != MAGIC_1 || next() != MAGIC_2) {
            throw GzipException.damaged("it is not in gzip format");
        }
        if (next() != DEFLATE) {
            throw GzipException.damaged("its compression is not known");
        }
        header();
        inflater.reset();
        inflater.setInput(input, inputAt, inputEnd - inputAt);
        checksum.reset();
        memberBytes = 0;
        inMember = true;
        return true;
    }

    private void header() throws IOException {
        int flags = next();
        if ((flags & RESERVED) != 0) {
            throw GzipException.damaged("it has flags that are not known");
        }
        skip(6);
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            skip(2);
        }
    }

    private void end() throws IOException {
        inputAt = inputEnd - inflater.getRemaining();
        long sum = number();
        long length = number();
        if (sum != checksum.getValue() || length != (memberBytes & 0xffffffffL)) {
            throw GzipException.damaged("its checksum does not fit");
        }
        inMember = false;
        any = true;
    }

    private void padding() throws IOException {
        while (inputAt < inputEnd || fill()) {
            if (next() != 0) {
                throw GzipException.damaged("there is something else behind the compressed data");
            }
        }
    }

    private long number() throws IOException {
        return next() | next() << 8 | next() << 16 | (long) next() << 24;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int read;
        do {
            read = next();
        } while (read != 0);
    }

    private int next() throws IOException {
        if (inputAt == inputEnd && !fill()) {
            throw GzipException.incomplete();
        }
        return input[inputAt++] & 0xff;
    }

    private boolean fill() throws IOException {
        inputAt = 0;
        inputEnd = Math.max(0, channel.read(ByteBuffer.wrap(input), filePosition));
        filePosition += inputEnd;
        return inputEnd > 0;
    }

    @Override
    public void close() {
        inflater.end();
    }
}
