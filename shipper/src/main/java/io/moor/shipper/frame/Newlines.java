package io.moor.shipper.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds line feeds eight bytes at a time. */
final class Newlines {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Newlines() {}

    /** Index of the first such byte in {@code [from, to)}, or -1. */
    static int indexOf(byte[] bytes, int from, int to, byte feed) {
        long feeds = (feed & 0xFFL) * ONES;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long difference = (long) LONGS.get(bytes, at) ^ feeds;
            // The lowest set bit marks the first zero byte exactly; higher ones may be carries.
            long zeroes = (difference - ONES) & ~difference & HIGH_BITS;
            if (zeroes != 0) {
                return at + (Long.numberOfTrailingZeros(zeroes) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == feed) {
                return at;
            }
        }
        return -1;
    }
}
