package io.moor.volumes.repository;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The end of a pack: what is in it. */
final class PackFooter {

    /** Offset, two lengths, flags, seal, magic. */
    static final int TRAILER_BYTES = 57;

    private static final byte[] END_MAGIC = Hashing.ascii("MOORPAKE");
    private static final int SEAL_BYTES = 32;
    private static final ChunkId FOOTER_ID = new ChunkId(-1, -1, -1, -1);

    private PackFooter() {}

    /** Footer and trailer of a pack whose chunks end at {@code offset}. */
    static byte[] write(
            RandomId pack,
            int offset,
            List<ChunkRef> chunks,
            RepositoryKeys keys,
            ChunkCodec codec) {
        ByteWriter list = new ByteWriter().varint(chunks.size());
        for (ChunkRef chunk : chunks) {
            list.raw(chunk.id().toBytes())
                    .varint(chunk.offset())
                    .varint(chunk.storedLength())
                    .varint(chunk.rawLength())
                    .u8(chunk.flags());
        }
        byte[] raw = list.toBytes();
        ChunkCodec.Packed packed = codec.compress(raw, 0, raw.length);
        byte[] stored = new byte[packed.storedLength()];
        codec.store(pack, FOOTER_ID, raw.length, packed, stored, 0);
        byte[] head =
                new ByteWriter()
                        .u64(offset)
                        .u32(stored.length)
                        .u32(raw.length)
                        .u8(packed.flags())
                        .toBytes();
        return new ByteWriter()
                .raw(stored)
                .raw(head)
                .raw(seal(keys, pack, stored, head))
                .raw(END_MAGIC)
                .toBytes();
    }

    /**
     * What is in a pack, from its end alone.
     *
     * @param size of the object
     */
    static List<ChunkRef> read(Repository repository, RandomId pack, long size, ChunkCodec codec)
            throws IOException {
        String key = repository.packKey(pack);
        if (size < TRAILER_BYTES || size > Limits.PACK_BYTES) {
            throw new CorruptObjectException(key, "its size is " + size);
        }
        int tail = (int) Math.min(size, 64 << 10);
        byte[] end = range(repository, key, size - tail, tail);
        ByteReader reader = new ByteReader(end, tail - TRAILER_BYTES, TRAILER_BYTES, key);
        byte[] head = Arrays.copyOfRange(end, tail - TRAILER_BYTES, tail - TRAILER_BYTES + 17);
        long offset = reader.u64();
        long storedLength = reader.u32();
        long rawLength = reader.u32();
        int flags = reader.u8();
        byte[] seal = reader.raw(SEAL_BYTES);
        if (!Arrays.equals(reader.raw(END_MAGIC.length), END_MAGIC)
                || offset < 0
                || offset + storedLength + TRAILER_BYTES != size
                || rawLength > Limits.PACK_BYTES) {
            throw reader.corrupt("its end is not that of a pack");
        }
        byte[] stored =
                storedLength <= tail - TRAILER_BYTES
                        ? Arrays.copyOfRange(
                                end,
                                (int) (tail - TRAILER_BYTES - storedLength),
                                tail - TRAILER_BYTES)
                        : range(repository, key, offset, (int) storedLength);
        if (!MessageDigest.isEqual(seal, seal(repository.keys(), pack, stored, head))) {
            throw reader.corrupt("its footer's seal does not match");
        }
        byte[] raw =
                codec.plain(
                        pack,
                        FOOTER_ID,
                        (int) rawLength,
                        flags,
                        new ChunkCodec.Bytes(stored, 0, stored.length),
                        key);
        return decode(pack, (int) offset, new ByteReader(raw, key));
    }

    private static List<ChunkRef> decode(RandomId pack, int end, ByteReader reader)
            throws CorruptObjectException {
        int count = reader.count(Limits.PACK_BYTES);
        List<ChunkRef> chunks = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < count; i++) {
            ChunkId id = ChunkId.of(reader.raw(ChunkId.BYTES));
            int offset = reader.count(end);
            int storedLength = reader.count(end);
            int rawLength = reader.count(Limits.CHUNK_BYTES);
            int flags = reader.u8();
            if (offset != at || storedLength == 0 || storedLength > end - at || rawLength == 0) {
                throw reader.corrupt("its footer lists chunks that overlap or leave the pack");
            }
            at += storedLength;
            chunks.add(new ChunkRef(pack, offset, storedLength, rawLength, flags, id));
        }
        reader.end();
        if (at != end) {
            throw reader.corrupt("its footer does not list everything");
        }
        return chunks;
    }

    private static byte[] range(Repository repository, String key, long offset, int length)
            throws IOException {
        byte[] bytes = new byte[length];
        if (repository.store().read(key, offset, bytes, 0, length) != length) {
            throw new CorruptObjectException(key, "it is shorter than it was");
        }
        return bytes;
    }

    private static byte[] seal(RepositoryKeys keys, RandomId pack, byte[] stored, byte[] head) {
        RepositoryKeys.Hash hash = keys.hashes().get();
        for (byte[] part :
                new byte[][] {Hashing.ascii("moor footer"), pack.toBytes(), stored, head}) {
            hash.update(part, 0, part.length);
        }
        return hash.finish();
    }
}
