package io.moor.volumes.repository;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that do not change: a path, a name, a value. The order is that of paths: byte by byte, with
 * the slash before everything else, so that a directory's content follows it.
 */
public final class ByteString implements Comparable<ByteString> {

    public static final ByteString EMPTY = new ByteString(new byte[0]);

    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    public static ByteString of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new ByteString(bytes.clone());
    }

    public static ByteString of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    byte at(int index) {
        return bytes[index];
    }

    /** The path of a name in this directory. */
    ByteString child(byte[] name) {
        if (bytes.length == 0) {
            return of(name);
        }
        byte[] path = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        path[bytes.length] = '/';
        System.arraycopy(name, 0, path, bytes.length + 1, name.length);
        return new ByteString(path);
    }

    /** The path of the directory that has this path, empty for names at the top. */
    ByteString parent() {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '/') {
                return new ByteString(Arrays.copyOf(bytes, i));
            }
        }
        return EMPTY;
    }

    /** This path below a directory of the file system. */
    byte[] under(byte[] directory) {
        if (bytes.length == 0) {
            return directory;
        }
        byte[] path = Arrays.copyOf(directory, directory.length + 1 + bytes.length);
        path[directory.length] = '/';
        System.arraycopy(bytes, 0, path, directory.length + 1, bytes.length);
        return path;
    }

    int sharedPrefix(ByteString other) {
        int shared = Arrays.mismatch(bytes, other.bytes);
        return shared < 0 ? bytes.length : shared;
    }

    /** FNV-1a, 64 bits, its halves mixed. */
    long hash() {
        long hash = 0xcbf29ce484222325L;
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
        }
        return hash ^ (hash >>> 32);
    }

    static int compareNames(byte[] left, byte[] right) {
        return Arrays.compareUnsigned(left, right);
    }

    @Override
    public int compareTo(ByteString other) {
        int at = Arrays.mismatch(bytes, other.bytes);
        if (at < 0) {
            return 0;
        }
        if (at == bytes.length || at == other.bytes.length) {
            return Integer.compare(bytes.length, other.bytes.length);
        }
        return Integer.compare(rank(bytes[at]), rank(other.bytes[at]));
    }

    private static int rank(byte b) {
        return b == '/' ? 0 : b & 0xFF;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For messages. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
