package io.moor.shipper.verify;

import io.moor.shipper.identity.RollingHash;
import io.moor.shipper.stream.SkippedRange;
import io.moor.shipper.stream.Span;

import java.util.zip.CRC32C;

/** Collects what the records say about one generation. */
final class GenerationProof {

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] LINE_FEED = {'\n'};
    private static final int LONGEST_LINE_END = 4;
    private static final byte[] CARRIAGE_RETURN_LINE_FEED = {'\r', '\n'};

    private final Coverage coverage = new Coverage();
    private final CRC32C content = new CRC32C();
    private long firstSpan = -1;
    private long furthest;
    private long hashed;
    private boolean contentKnown = true;
    private long lines;
    private long bytes;
    private long skipped;
    private long doubled;
    private long reordered;
    private boolean narrow;
    private long wide;
    private long misfits;

    /**
     * @param altered whether a flag says that the value is not what the file holds
     */
    void record(Span span, byte[] value, boolean altered) {
        lines++;
        bytes += span.length();
        doubled += coverage.add(span.start(), span.end());
        if (firstSpan < 0 || span.start() < firstSpan) {
            firstSpan = span.start();
        }
        if (span.start() < furthest) {
            reordered++;
            contentKnown = false;
        }
        furthest = Math.max(furthest, span.end());
        hash(span, value, altered);
    }

    void skipped(SkippedRange range) {
        skipped += range.length();
        doubled += coverage.add(range.start(), range.end());
    }

    /**
     * Rebuilds the bytes of the file: the value, and the line end that its span tells of. A value
     * that cannot be what its span says is a misfit: nothing after it could be checked otherwise,
     * and nobody would be told.
     */
    private void hash(Span span, byte[] value, boolean altered) {
        hashed += span.length();
        long around = span.length() - value.length;
        if (altered || around < 0) {
            contentKnown = false;
            misfits += altered || LogObject.is(value) ? 0 : 1;
            return;
        }
        if (around >= MARK.length && span.start() == 0) {
            content.update(MARK);
            around -= MARK.length;
        }
        content.update(value);
        if (around == LINE_FEED.length) {
            content.update(LINE_FEED);
            narrow |= span.start() > 0;
        } else if (around == CARRIAGE_RETURN_LINE_FEED.length) {
            content.update(CARRIAGE_RETURN_LINE_FEED);
        } else if (around != 0) {
            contentKnown = false;
            // A mark of UTF-16 is shorter than the one that was taken off.
            boolean marked = span.start() == 0 && around == LONGEST_LINE_END - 1;
            boolean isWide = around == LONGEST_LINE_END || marked;
            wide += isWide ? 1 : 0;
            misfits += isWide ? 0 : 1;
        }
    }

    /**
     * Records whose value is not as long as their span says. Four bytes around a value are a line
     * end of UTF-16, and a file of UTF-16 has no line end of one byte.
     */
    long misfits() {
        return misfits + (narrow ? wide : 0);
    }

    /** Bytes between the head and the committed offset that nothing accounts for. */
    long missing(long committed) {
        return coverage.gaps(firstByte(), Math.max(committed, coverage.last()));
    }

    /** First byte that is accounted for. */
    long firstByte() {
        return coverage.first();
    }

    boolean isEmpty() {
        return coverage.isEmpty();
    }

    /** Whether the content is provably not the one that the checkpoint tells of. */
    boolean differs(long committedBytes, int hash) {
        return contentKnown
                && doubled == 0
                && hashed == committedBytes
                && (int) content.getValue() != hash;
    }

    long lines() {
        return lines;
    }

    long bytes() {
        return bytes;
    }

    long skipped() {
        return skipped;
    }

    long doubled() {
        return doubled;
    }

    long reordered() {
        return reordered;
    }

    @Override
    public String toString() {
        return lines + " lines, " + RollingHash.format((int) content.getValue());
    }
}
