package io.moor.shipper.kafka.direct;

/** Zigzag varints, as records of format v2 use them. */
final class Varints {

    /** Longest encoding of an {@code int}, bytes. */
    static final int LONGEST_INT = 5;

    private Varints() {}

    static int size(int value) {
        return sizeUnsigned(((value << 1) ^ (value >> 31)) & 0xFFFF_FFFFL);
    }

    static int size(long value) {
        return sizeUnsigned((value << 1) ^ (value >> 63));
    }

    private static int sizeUnsigned(long value) {
        int size = 1;
        // Most are short, and the first compiler of the JVM knows no instruction for leading zeros.
        for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
            size++;
        }
        return size;
    }

    /** Writes a value; returns the index after it. */
    static int write(byte[] bytes, int at, int value) {
        return writeUnsigned(bytes, at, ((value << 1) ^ (value >> 31)) & 0xFFFF_FFFFL);
    }

    /** Writes a value; returns the index after it. */
    static int write(byte[] bytes, int at, long value) {
        return writeUnsigned(bytes, at, (value << 1) ^ (value >> 63));
    }

    private static int writeUnsigned(byte[] bytes, int at, long value) {
        int next = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[next++] = (byte) rest;
        return next;
    }
}
