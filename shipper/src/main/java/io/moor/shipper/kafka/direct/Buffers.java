package io.moor.shipper.kafka.direct;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Byte arrays that are used again, in sizes of powers of two. Keeps a bounded number of bytes that
 * nobody uses, and counts those that are in use. Thread-safe.
 */
final class Buffers {

    private static final int SMALLEST_SHIFT = 12;
    private static final int LARGEST_SHIFT = 24;

    private final long keptBytesMax;
    private final List<Deque<byte[]>> free = new ArrayList<>();
    private long kept;
    private long used;

    /**
     * @param keptBytesMax most bytes that are kept for later
     */
    Buffers(long keptBytesMax) {
        this.keptBytesMax = keptBytesMax;
        for (int shift = SMALLEST_SHIFT; shift <= LARGEST_SHIFT; shift++) {
            free.add(new ArrayDeque<>());
        }
    }

    /** An array of at least so many bytes; what is in it is undefined. Never waits. */
    synchronized byte[] take(int atLeast) {
        int shift = shift(atLeast);
        byte @Nullable [] found =
                shift > LARGEST_SHIFT ? null : free.get(shift - SMALLEST_SHIFT).pollFirst();
        if (found != null) {
            kept -= found.length;
        } else {
            found = new byte[shift > LARGEST_SHIFT ? atLeast : 1 << shift];
        }
        used += found.length;
        return found;
    }

    /** Gives an array of {@link #take} back. */
    synchronized void give(byte[] bytes) {
        used -= bytes.length;
        int shift = shift(bytes.length);
        if (shift <= LARGEST_SHIFT
                && bytes.length == 1 << shift
                && kept + bytes.length <= keptBytesMax) {
            free.get(shift - SMALLEST_SHIFT).addFirst(bytes);
            kept += bytes.length;
        }
        notifyAll();
    }

    /** Bytes that were taken and not given back. */
    synchronized long used() {
        return used;
    }

    /**
     * Waits until at most so many bytes are in use.
     *
     * @return whether they are
     */
    synchronized boolean await(long usedMax, long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        while (used > usedMax) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private static int shift(int bytes) {
        return Math.max(SMALLEST_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1));
    }
}
