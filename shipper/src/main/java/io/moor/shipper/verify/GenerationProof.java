package io.moor.shipper.verify;

import io.moor.shipper.identity.RollingHash;
import io.moor.shipper.stream.SkippedRange;
import io.moor.shipper.stream.Span;

import java.util.zip.CRC32C;

/** Collects what the records say about one generation. */
final class GenerationProof {

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] LINE_FEED = {'\n'};
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

    void record(Span span, byte[] value) {
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
        hash(span, value);
    }

    void skipped(SkippedRange range) {
        skipped += range.length();
        doubled += coverage.add(range.start(), range.end());
    }

    /** Rebuilds the bytes of the file: the value, and the line end that its span tells of. */
    private void hash(Span span, byte[] value) {
        long around = span.length() - value.length;
        if (around >= MARK.length && span.start() == 0) {
            content.update(MARK);
            around -= MARK.length;
        }
        content.update(value);
        if (around == LINE_FEED.length) {
            content.update(LINE_FEED);
        } else if (around == CARRIAGE_RETURN_LINE_FEED.length) {
            content.update(CARRIAGE_RETURN_LINE_FEED);
        } else if (around != 0) {
            contentKnown = false;
        }
        hashed += span.length();
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
