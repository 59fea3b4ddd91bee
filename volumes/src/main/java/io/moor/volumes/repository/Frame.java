package io.moor.volumes.repository;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Small objects of their own: magic, flags, length, payload, seal. */
final class Frame {

    static final String CONFIG = "MOORCFG1";
    static final String KEYS = "MOORKEY1";
    static final String ROOT = "MOORROT1";

    private static final int HEAD_BYTES = 13;
    private static final int SEAL_BYTES = 32;

    private final int flags;
    private final int rawLength;
    private final byte[] payload;

    private Frame(int flags, int rawLength, byte[] payload) {
        this.flags = flags;
        this.rawLength = rawLength;
        this.payload = payload;
    }

    int flags() {
        return flags;
    }

    int rawLength() {
        return rawLength;
    }

    byte[] payload() {
        return payload;
    }

    /**
     * @param key of the object, without the repository's prefix
     * @param seals makes the seal
     */
    static byte[] write(
            String magic,
            String key,
            int flags,
            int rawLength,
            byte[] payload,
            RepositoryKeys seals) {
        byte[] head =
                new ByteWriter()
                        .raw(Hashing.ascii(magic))
                        .u8(flags)
                        .u32(rawLength)
                        .raw(payload)
                        .toBytes();
        byte[] object = Arrays.copyOf(head, head.length + SEAL_BYTES);
        byte[] seal = seals.seal(key, head, head.length);
        System.arraycopy(seal, 0, object, head.length, SEAL_BYTES);
        return object;
    }

    static Frame read(String magic, String key, byte[] object, RepositoryKeys seals)
            throws CorruptObjectException {
        int length = object.length - SEAL_BYTES;
        if (length < HEAD_BYTES) {
            throw new CorruptObjectException(key, "it is too short");
        }
        byte[] seal = Arrays.copyOfRange(object, length, object.length);
        if (!java.security.MessageDigest.isEqual(seal, seals.seal(key, object, length))) {
            throw new CorruptObjectException(key, "its seal does not match, or the key is wrong");
        }
        ByteReader reader = new ByteReader(object, 0, length, key);
        if (!Arrays.equals(reader.raw(8), Hashing.ascii(magic))) {
            throw reader.corrupt("it is something else, or of another version of the format");
        }
        int flags = reader.u8();
        long rawLength = reader.u32();
        if (rawLength > Limits.ROOT_BYTES) {
            throw reader.corrupt("it is too long");
        }
        return new Frame(flags, (int) rawLength, reader.raw(length - HEAD_BYTES));
    }

    /** A whole object of at most {@link Limits#ROOT_BYTES}; empty when there is none. */
    static Optional<byte[]> fetch(ObjectStore store, String prefix, String key) throws IOException {
        byte[] into = new byte[64 << 10];
        int length = 0;
        try {
            while (true) {
                int got = store.read(prefix + key, length, into, length, into.length - length);
                length += got;
                if (length < into.length) {
                    return Optional.of(Arrays.copyOf(into, length));
                }
                if (length > Limits.ROOT_BYTES) {
                    throw new CorruptObjectException(key, "it is too long");
                }
                into = Arrays.copyOf(into, 4 * into.length);
            }
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Adds an object; one of the same content that is there already is this one. */
    static void put(ObjectStore store, String prefix, String key, byte[] object)
            throws IOException {
        if (!store.putIfAbsent(prefix + key, object, object.length)) {
            Optional<byte[]> found = fetch(store, prefix, key);
            if (found.isEmpty() || !Arrays.equals(found.get(), object)) {
                throw new RepositoryException(
                        prefix + key + " exists with other content; it was left as it is");
            }
        }
    }
}
