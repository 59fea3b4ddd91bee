package io.moor.volumes.repository;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.zip.CRC32C;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Ids of chunks, and their stored form: compressed, then encrypted with a key of pack and id. One
 * thread at a time; holds native memory until it is closed.
 */
final class ChunkCodec implements AutoCloseable {

    private static final int LEVEL = 1;

    /** What encryption adds. */
    private static final int TAG_BYTES = 16;

    /** What is added without it, CRC-32C: zstd has bits that mean nothing, and they may flip. */
    private static final int CHECK_BYTES = 4;

    private static final byte[] NONCE = new byte[12];

    private final boolean encrypted;
    private final RepositoryKeys.Hash hash;
    private final Mac contentKeys;
    private final Cipher cipher;
    private final ZstdCompressCtx compressor = new ZstdCompressCtx();
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
    private byte[] compressed = new byte[0];
    private byte[] decrypted = new byte[0];
    private byte[] buffer = new byte[0];

    ChunkCodec(RepositoryKeys keys) {
        encrypted = keys.encrypted();
        hash = keys.hashes().get();
        contentKeys = encrypted ? keys.contentKeys() : Hashing.hmac(new byte[1]);
        compressor.setLevel(LEVEL).setContentSize(false).setChecksum(false);
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * At least so many bytes for stored chunks: the same array again and again, with old content.
     */
    byte[] buffer(int length) {
        if (buffer.length < length) {
            buffer = new byte[length];
        }
        return buffer;
    }

    ChunkId id(byte[] data, int from, int length) {
        hash.update(data, from, length);
        return ChunkId.of(hash.finish());
    }

    /**
     * Bytes before they are encrypted; valid until the codec is used again.
     *
     * @param flags how they will be stored
     * @param storedLength what they will take in a pack
     */
    record Packed(Bytes data, int flags, int storedLength) {}

    /** A stretch of an array. */
    static final class Bytes {
        final byte[] array;
        final int from;
        final int length;

        Bytes(byte[] array, int from, int length) {
            this.array = array;
            this.from = from;
            this.length = length;
        }
    }

    /** Compresses when it saves at least 3 %. */
    Packed compress(byte[] raw, int from, int length) {
        int most = length - length * 3 / 100 - 1;
        int size = most > 0 ? tryCompress(raw, from, length) : Integer.MAX_VALUE;
        boolean saved = size <= most;
        Bytes data = saved ? new Bytes(compressed, 0, size) : new Bytes(raw, from, length);
        int flags = (saved ? ChunkFlags.ZSTD : 0) | (encrypted ? ChunkFlags.ENCRYPTED : 0);
        return new Packed(data, flags, data.length + (encrypted ? TAG_BYTES : CHECK_BYTES));
    }

    private int tryCompress(byte[] raw, int from, int length) {
        int room = length + (length >> 8) + 64;
        if (compressed.length < room) {
            compressed = new byte[room];
        }
        return compressor.compressByteArray(compressed, 0, compressed.length, raw, from, length);
    }

    /** Writes the stored form, {@code storedLength} bytes of it. */
    void store(RandomId pack, ChunkId id, int rawLength, Packed packed, byte[] into, int at) {
        Bytes data = packed.data();
        if (!encrypted) {
            System.arraycopy(data.array, data.from, into, at, data.length);
            System.arraycopy(check(data), 0, into, at + data.length, CHECK_BYTES);
            return;
        }
        try {
            prepare(Cipher.ENCRYPT_MODE, pack, id, rawLength, packed.flags());
            cipher.doFinal(data.array, data.from, data.length, into, at);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * The chunk that was stored, verified.
     *
     * @param stored holds it from {@code at} on
     * @param object for messages
     */
    byte[] load(ChunkRef ref, byte[] stored, int at, String object) throws CorruptObjectException {
        byte[] raw =
                plain(
                        ref.pack(),
                        ref.id(),
                        ref.rawLength(),
                        ref.flags(),
                        new Bytes(stored, at, ref.storedLength()),
                        object);
        if (!id(raw, 0, raw.length).equals(ref.id())) {
            throw new CorruptObjectException(object, "chunk " + ref.id() + " has other content");
        }
        return raw;
    }

    /** The bytes that were stored; authentic when encrypted, but not compared with the id. */
    byte[] plain(RandomId pack, ChunkId id, int rawLength, int flags, Bytes stored, String object)
            throws CorruptObjectException {
        if ((flags & ~ChunkFlags.ALL) != 0
                || ((flags & ChunkFlags.ENCRYPTED) != 0) != encrypted
                || stored.length < 0
                || stored.from < 0
                || stored.length > stored.array.length - stored.from) {
            throw new CorruptObjectException(object, "a chunk's flags or lengths are wrong");
        }
        Bytes packed =
                encrypted
                        ? decrypt(pack, id, rawLength, flags, stored, object)
                        : unchecked(stored, object);
        byte[] raw = new byte[rawLength];
        if ((flags & ChunkFlags.ZSTD) == 0) {
            if (packed.length != rawLength) {
                throw new CorruptObjectException(object, "a chunk's length is wrong");
            }
            System.arraycopy(packed.array, packed.from, raw, 0, rawLength);
            return raw;
        }
        try {
            int length =
                    decompressor.decompressByteArray(
                            raw, 0, rawLength, packed.array, packed.from, packed.length);
            if (length == rawLength) {
                return raw;
            }
        } catch (ZstdException e) {
            throw new CorruptObjectException(
                    object, "a chunk does not decompress: " + e.getMessage());
        }
        throw new CorruptObjectException(object, "a chunk's length is wrong");
    }

    private static byte[] check(Bytes data) {
        CRC32C crc = new CRC32C();
        crc.update(data.array, data.from, data.length);
        return new ByteWriter().u32(crc.getValue()).toBytes();
    }

    private static Bytes unchecked(Bytes stored, String object) throws CorruptObjectException {
        int length = stored.length - CHECK_BYTES;
        if (length >= 0) {
            Bytes data = new Bytes(stored.array, stored.from, length);
            int end = stored.from + length;
            if (Arrays.equals(stored.array, end, end + CHECK_BYTES, check(data), 0, CHECK_BYTES)) {
                return data;
            }
        }
        throw new CorruptObjectException(object, "a chunk's checksum does not match");
    }

    private Bytes decrypt(
            RandomId pack, ChunkId id, int rawLength, int flags, Bytes stored, String object)
            throws CorruptObjectException {
        if (stored.length < TAG_BYTES) {
            throw new CorruptObjectException(object, "a chunk's length is wrong");
        }
        if (decrypted.length < stored.length) {
            decrypted = new byte[stored.length];
        }
        try {
            prepare(Cipher.DECRYPT_MODE, pack, id, rawLength, flags);
            int length = cipher.doFinal(stored.array, stored.from, stored.length, decrypted, 0);
            return new Bytes(decrypted, 0, length);
        } catch (AEADBadTagException e) {
            throw new CorruptObjectException(object, "a chunk is not authentic");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void prepare(int mode, RandomId pack, ChunkId id, int rawLength, int flags)
            throws GeneralSecurityException {
        byte[] idBytes = id.toBytes();
        contentKeys.update(pack.toBytes());
        contentKeys.update(idBytes);
        SecretKeySpec key = new SecretKeySpec(contentKeys.doFinal(), "AES");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, NONCE));
        cipher.updateAAD(idBytes);
        // The kind of content is no business of the cipher: it is known from the context.
        byte[] more =
                ByteBuffer.allocate(5)
                        .putInt(Integer.reverseBytes(rawLength))
                        .put((byte) (flags & ~ChunkFlags.NODE))
                        .array();
        cipher.updateAAD(more);
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
