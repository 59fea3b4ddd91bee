package io.moor.volumes.repository;

import java.util.Arrays;

/** Reads the format's numbers, and refuses what is not in their shortest form or not there. */
final class ByteReader {

    private final byte[] data;
    private final String object;
    private final int end;
    private int at;

    /**
     * @param object for messages
     */
    ByteReader(byte[] data, int from, int length, String object) {
        this.data = data;
        this.at = from;
        this.end = from + length;
        this.object = object;
    }

    ByteReader(byte[] data, String object) {
        this(data, 0, data.length, object);
    }

    int u8() throws CorruptObjectException {
        need(1);
        return data[at++] & 0xFF;
    }

    long u32() throws CorruptObjectException {
        long value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (long) u8() << shift;
        }
        return value;
    }

    long u64() throws CorruptObjectException {
        long low = u32();
        return low | u32() << 32;
    }

    long varint() throws CorruptObjectException {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int next = u8();
            if (shift == 63 && next > 1) {
                break;
            }
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    break;
                }
                return value;
            }
        }
        throw corrupt("a number is not well-formed");
    }

    /** A number from 0 to a limit. */
    int count(int most) throws CorruptObjectException {
        return (int) length(most);
    }

    /** A number from 0 to a limit. */
    long length(long most) throws CorruptObjectException {
        long value = varint();
        if (value < 0 || value > most) {
            throw corrupt("a number is " + Long.toUnsignedString(value) + ", over " + most);
        }
        return value;
    }

    long seconds() throws CorruptObjectException {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    int nanos() throws CorruptObjectException {
        return count(999_999_999);
    }

    byte[] raw(int length) throws CorruptObjectException {
        need(length);
        byte[] bytes = Arrays.copyOfRange(data, at, at + length);
        at += length;
        return bytes;
    }

    byte[] bytes(int most) throws CorruptObjectException {
        return raw(count(most));
    }

    boolean hasMore() {
        return at < end;
    }

    void end() throws CorruptObjectException {
        if (at != end) {
            throw corrupt((end - at) + " bytes are left over");
        }
    }

    CorruptObjectException corrupt(String reason) {
        return new CorruptObjectException(object, reason);
    }

    private void need(int length) throws CorruptObjectException {
        if (end - at < length) {
            throw corrupt("it ends too early");
        }
    }
}
