package io.moor.volumes.repository;

import java.util.Arrays;

/** Bytes that grow, in the format's numbers. Not thread-safe. */
final class ByteWriter {

    private byte[] data = new byte[1024];
    private int size;

    ByteWriter u8(int value) {
        room(1);
        data[size++] = (byte) value;
        return this;
    }

    ByteWriter u32(long value) {
        for (int shift = 0; shift < 32; shift += 8) {
            u8((int) (value >>> shift));
        }
        return this;
    }

    ByteWriter u64(long value) {
        return u32(value).u32(value >>> 32);
    }

    ByteWriter varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            data[size++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        data[size++] = (byte) rest;
        return this;
    }

    ByteWriter time(long seconds, int nanos) {
        return varint((seconds << 1) ^ (seconds >> 63)).varint(nanos);
    }

    ByteWriter raw(byte[] bytes) {
        return raw(bytes, 0, bytes.length);
    }

    ByteWriter raw(byte[] bytes, int from, int length) {
        room(length);
        System.arraycopy(bytes, from, data, size, length);
        size += length;
        return this;
    }

    ByteWriter bytes(byte[] bytes) {
        return varint(bytes.length).raw(bytes);
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    byte[] toBytes() {
        return Arrays.copyOf(data, size);
    }

    private void room(int more) {
        if (data.length - size < more) {
            data = Arrays.copyOf(data, Math.max(2 * data.length, size + more));
        }
    }
}
