package io.moor.shipper.tail;

import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.ContentHash;
import io.moor.shipper.identity.RollingHash;
import io.moor.shipper.stream.OpenLine;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/**
 * How far a generation was read, with the evidence to find the place again. Immutable, so that an
 * aborted transaction only means to take the committed one back.
 */
public final class Frontier {

    /** Bytes at the head of a file that identify it. */
    public static final int PREFIX_BYTES = 512;

    /** Bytes before the offset that must still be there before anything after them is read. */
    public static final int GUARD_BYTES = 256;

    /** The beginning of a file. */
    public static final Frontier START =
            new Frontier(0, 0, 0, 0, OpenLine.NONE, 0, new byte[0], new byte[0]);

    private final long offset;
    private final long lines;
    private final long bytes;
    private final int hash;
    private final OpenLine openLine;
    private final long lastEventMillis;
    private final byte[] prefix;
    private final byte[] guard;

    /** Made when it is asked for, once. */
    private @Nullable ContentEvidence evidence;

    private Frontier(
            long offset,
            long lines,
            long bytes,
            int hash,
            OpenLine openLine,
            long lastEventMillis,
            byte[] prefix,
            byte[] guard) {
        this.offset = offset;
        this.lines = lines;
        this.bytes = bytes;
        this.hash = hash;
        this.openLine = openLine;
        this.lastEventMillis = lastEventMillis;
        this.prefix = prefix;
        this.guard = guard;
    }

    /** A place found again: counts from the checkpoint, bytes from the file. */
    public static Frontier resumed(
            long offset,
            long lines,
            long bytes,
            int hash,
            OpenLine openLine,
            long lastEventMillis,
            byte[] prefix,
            byte[] guard) {
        return new Frontier(
                offset,
                lines,
                bytes,
                hash,
                openLine,
                lastEventMillis,
                prefix.clone(),
                guard.clone());
    }

    /**
     * The place after some more shipped bytes.
     *
     * @param buffer holds the bytes
     * @param from first byte
     * @param to after the last byte
     * @param records how many records they became
     * @param open whether they end within a line
     */
    public Frontier advance(
            byte[] buffer, int from, int to, long records, OpenLine open, long nowMillis) {
        int length = to - from;
        byte[] head = prefix;
        if (prefix.length < PREFIX_BYTES && offset == prefix.length) {
            int more = Math.min(length, PREFIX_BYTES - prefix.length);
            head = Arrays.copyOf(prefix, prefix.length + more);
            System.arraycopy(buffer, from, head, prefix.length, more);
        }
        int joined = RollingHash.join(hash, RollingHash.of(buffer, from, to), length);
        return new Frontier(
                offset + length,
                lines + records,
                bytes + length,
                joined,
                open,
                nowMillis,
                head,
                guardAfter(buffer, from, to));
    }

    private byte[] guardAfter(byte[] buffer, int from, int to) {
        int length = to - from;
        if (length >= GUARD_BYTES) {
            return Arrays.copyOfRange(buffer, to - GUARD_BYTES, to);
        }
        int kept = Math.min(guard.length, GUARD_BYTES - length);
        byte[] next = new byte[kept + length];
        System.arraycopy(guard, guard.length - kept, next, 0, kept);
        System.arraycopy(buffer, from, next, kept, length);
        return next;
    }

    /** Whether the buffer holds, from {@code at}, the bytes that stood before the offset. */
    boolean guards(byte[] buffer, int at) {
        return Arrays.equals(buffer, at, at + guard.length, guard, 0, guard.length);
    }

    int guardLength() {
        return guard.length;
    }

    /** What must be found again before this place is trusted. */
    public ContentEvidence evidence() {
        ContentEvidence known = evidence;
        if (known == null) {
            known =
                    new ContentEvidence(
                            offset,
                            prefix.length,
                            ContentHash.of(prefix, 0, prefix.length),
                            guard.length,
                            ContentHash.of(guard, 0, guard.length));
            evidence = known;
        }
        return known;
    }

    public long offset() {
        return offset;
    }

    /** Records. */
    public long lines() {
        return lines;
    }

    /** Bytes in records, line ends included. */
    public long bytes() {
        return bytes;
    }

    public int hash() {
        return hash;
    }

    public OpenLine openLine() {
        return openLine;
    }

    /** Epoch milliseconds of the last record, 0 for none. */
    public long lastEventMillis() {
        return lastEventMillis;
    }

    @Override
    public String toString() {
        return "offset " + offset + ", " + lines + " lines, " + Objects.toString(openLine);
    }
}
