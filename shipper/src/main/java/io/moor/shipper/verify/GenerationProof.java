package io.moor.shipper.verify;

import io.moor.shipper.stream.SkippedRange;
import io.moor.shipper.stream.Span;

import java.util.Arrays;

/** Collects what the records say about one generation. */
final class GenerationProof {

    private final Coverage coverage = new Coverage();
    private final Rebuilt[] ways = Rebuilt.ways();
    private long firstSpan = -1;
    private long furthest;
    private long hashed;
    private boolean contentKnown = true;
    private long lines;
    private long bytes;
    private long skipped;
    private long doubled;
    private long reordered;
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
        boolean first = span.start() == 0;
        if (Arrays.stream(ways).noneMatch(way -> way.isPossible() && way.fits(first, around))) {
            contentKnown = false;
            misfits++;
            return;
        }
        for (Rebuilt way : ways) {
            way.add(first, value, around);
        }
    }

    /** Records whose value is not as long as their span, and the records before them, say. */
    long misfits() {
        return misfits;
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
                && Arrays.stream(ways).noneMatch(way -> way.isPossible() && way.hash() == hash);
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
        return lines + " lines, " + bytes + " bytes";
    }
}
