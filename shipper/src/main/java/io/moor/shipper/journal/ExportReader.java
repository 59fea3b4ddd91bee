package io.moor.shipper.journal;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Journal Export Format: lines {@code NAME=value}, or a line {@code NAME}, the length in
 * eight bytes, least first, and the value; an empty line ends an entry.
 *
 * @see <a href="https://systemd.io/JOURNAL_EXPORT_FORMATS/">Journal Export Formats</a>
 */
final class ExportReader {

    /** Values of one entry together, bytes; what is beyond is left out, and that is counted. */
    static final int MOST_BYTES = 16 << 20;

    private static final int LONGEST_NAME = 256;
    private static final int BLOCK = 64 << 10;

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private int from;
    private int to;
    private int room;

    ExportReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next whole entry; null at the end. One that was cut short by the end is none.
     *
     * @throws IOException when it is no such format
     */
    @Nullable Entry next() throws IOException {
        try {
            return entry();
        } catch (EOFException end) {
            return null;
        }
    }

    private Entry entry() throws IOException {
        Map<String, List<byte @Nullable []>> fields = new LinkedHashMap<>();
        room = MOST_BYTES;
        while (true) {
            ByteArrayOutputStream name = new ByteArrayOutputStream();
            int end = name(name);
            if (end == '\n' && name.size() == 0) {
                if (fields.containsKey(Entry.CURSOR)) {
                    return new Entry(fields);
                }
                if (!fields.isEmpty()) {
                    throw new IOException("journalctl wrote an entry without a cursor");
                }
                continue;
            }
            byte[] value = end == '=' ? text() : binary();
            fields.computeIfAbsent(name.toString(StandardCharsets.US_ASCII), _ -> new ArrayList<>())
                    .add(value);
        }
    }

    /** Reads up to {@code =} or the end of the line, which is returned. */
    private int name(ByteArrayOutputStream name) throws IOException {
        while (true) {
            int next = read();
            if (next == '=' || next == '\n') {
                return next;
            }
            name.write(next);
            if (name.size() > LONGEST_NAME) {
                throw new IOException("journalctl wrote what is no Journal Export Format");
            }
        }
    }

    private byte @Nullable [] text() throws IOException {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        boolean whole = true;
        while (true) {
            fill();
            int end = from;
            while (end < to && block[end] != '\n') {
                end++;
            }
            whole = whole && value.size() + end - from <= room;
            if (whole) {
                value.write(block, from, end - from);
            }
            boolean ended = end < to;
            from = ended ? end + 1 : end;
            if (ended) {
                return kept(whole, value.toByteArray());
            }
        }
    }

    private byte @Nullable [] binary() throws IOException {
        byte[] header = new byte[Long.BYTES];
        for (int i = 0; i < header.length; i++) {
            header[i] = (byte) read();
        }
        long length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0) {
            throw new IOException("journalctl wrote what is no Journal Export Format");
        }
        boolean whole = length <= room;
        byte[] value = new byte[whole ? (int) length : 0];
        for (long done = 0; done < length; ) {
            fill();
            int part = (int) Math.min(to - from, length - done);
            if (whole) {
                System.arraycopy(block, from, value, (int) done, part);
            }
            from += part;
            done += part;
        }
        if (read() != '\n') {
            throw new IOException("journalctl wrote what is no Journal Export Format");
        }
        return kept(whole, value);
    }

    private byte @Nullable [] kept(boolean whole, byte[] value) {
        if (!whole) {
            return null;
        }
        room -= value.length;
        return value;
    }

    private int read() throws IOException {
        fill();
        return block[from++] & 0xff;
    }

    private void fill() throws IOException {
        if (from == to) {
            int length = in.read(block);
            if (length < 0) {
                throw new EOFException();
            }
            from = 0;
            to = length;
        }
    }
}
