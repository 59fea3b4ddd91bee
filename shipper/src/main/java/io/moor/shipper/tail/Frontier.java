package io.moor.shipper.tail;

import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.ContentHash;
import io.moor.shipper.identity.RollingHash;
import io.moor.shipper.stream.OpenLine;
import io.moor.shipper.stream.SkippedRange;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
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
            new Frontier(0, 0, 0, 0, OpenLine.NONE, 0, new byte[0], new byte[0], List.of());

    private final long offset;
    private final long lines;
    private final long bytes;
    private final int hash;
    private final OpenLine openLine;
    private final long lastEventMillis;
    private final byte[] prefix;
    private final byte[] guard;
    private final List<SkippedRange> skippedBehind;

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
            byte[] guard,
            List<SkippedRange> skippedBehind) {
        this.offset = offset;
        this.lines = lines;
        this.bytes = bytes;
        this.hash = hash;
        this.openLine = openLine;
        this.lastEventMillis = lastEventMillis;
        this.prefix = prefix;
        this.guard = guard;
        this.skippedBehind = skippedBehind;
    }

    /**
     * A place found again: counts from the checkpoint, bytes from the file.
     *
     * @param skippedBehind skipped ranges that no record has told yet
     */
    public static Frontier resumed(
            long offset,
            long lines,
            long bytes,
            int hash,
            OpenLine openLine,
            long lastEventMillis,
            byte[] prefix,
            byte[] guard,
            List<SkippedRange> skippedBehind) {
        return new Frontier(
                offset,
                lines,
                bytes,
                hash,
                openLine,
                lastEventMillis,
                prefix.clone(),
                guard.clone(),
                List.copyOf(skippedBehind));
    }

    /**
     * The place after some more shipped bytes.
     *
     * @param buffer holds the bytes
     * @param from first byte
     * @param to after the last byte
     * @param records how many records they became
     * @param open whether they end within a line
     * @param skipped those of the bytes that are in no record, in order
     * @param skippedBehind skipped ranges behind the last record
     */
    public Frontier advance(
            byte[] buffer,
            int from,
            int to,
            long records,
            OpenLine open,
            long nowMillis,
            List<SkippedRange> skipped,
            List<SkippedRange> skippedBehind) {
        int length = to - from;
        byte[] head = prefix;
        if (prefix.length < PREFIX_BYTES && offset == prefix.length) {
            int more = Math.min(length, PREFIX_BYTES - prefix.length);
            head = Arrays.copyOf(prefix, prefix.length + more);
            System.arraycopy(buffer, from, head, prefix.length, more);
        }
        int joined = hash;
        int at = from;
        int inRecords = 0;
        for (SkippedRange range : skipped) {
            int end = from + (int) (range.start() - offset);
            joined = RollingHash.join(joined, RollingHash.of(buffer, at, end), end - at);
            inRecords += end - at;
            at = from + (int) (range.end() - offset);
        }
        joined = RollingHash.join(joined, RollingHash.of(buffer, at, to), to - at);
        inRecords += to - at;
        return new Frontier(
                offset + length,
                lines + records,
                bytes + inRecords,
                joined,
                open,
                nowMillis,
                head,
                guardAfter(buffer, from, to),
                skippedBehind);
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

    /** Whether the file still begins with the bytes that it began with. */
    boolean begins(Content content) throws IOException {
        byte[] head = new byte[prefix.length];
        return content.read(head, 0) == head.length && Arrays.equals(head, prefix);
    }

    /** The first bytes of the file, as far as they are known. */
    byte[] head() {
        return prefix;
    }

    /** Whether the bytes at the head and before the offset are still there. */
    boolean isIn(Content content) throws IOException {
        byte[] bytes = new byte[guard.length];
        return begins(content)
                && content.read(bytes, offset - guard.length) == guard.length
                && Arrays.equals(bytes, guard);
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

    /**
     * The same of a place where nothing is committed yet.
     *
     * @param seen the first bytes of the file, at most {@link #PREFIX_BYTES}
     */
    public ContentEvidence evidence(byte[] seen) {
        return offset > 0 || seen.length == 0
                ? evidence()
                : new ContentEvidence(
                        0,
                        seen.length,
                        ContentHash.of(seen, 0, seen.length),
                        0,
                        ContentHash.of(guard, 0, 0));
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

    /** Skipped ranges behind the last record, which the next one tells. */
    public List<SkippedRange> skippedBehind() {
        return skippedBehind;
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
