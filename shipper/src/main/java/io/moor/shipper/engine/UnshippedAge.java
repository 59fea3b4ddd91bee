package io.moor.shipper.engine;

import org.jspecify.annotations.Nullable;

/**
 * Since when the oldest uncommitted bytes of a file have been there, as far as looking at its size
 * from time to time can tell. Two marks, each a size and when it was first seen: bytes below the
 * older one were there at its time; bytes beyond it are counted from the younger one. When the
 * committed offset passes a mark, the next one counts. So the age is never too small by more than
 * the time between two looks, and too large by no more than it took to commit up to the older mark.
 */
final class UnshippedAge {

    private record Mark(long end, long seenNanos) {}

    private Mark older;
    private @Nullable Mark younger;

    /**
     * @param seenNanos when the bytes were there at the latest: now, or the last modification of a
     *     file that is new to us
     */
    UnshippedAge(long size, long seenNanos) {
        older = new Mark(size, seenNanos);
    }

    /**
     * @param size now, more than the committed offset
     * @return nanoseconds
     */
    long look(long committed, long size, long nowNanos) {
        if (committed >= older.end) {
            Mark next = younger;
            older = next != null && committed < next.end ? next : new Mark(size, nowNanos);
            younger = null;
        }
        if (size > older.end) {
            Mark known = younger;
            younger = new Mark(size, known == null ? nowNanos : known.seenNanos);
        }
        return Math.max(0, nowNanos - older.seenNanos);
    }
}
