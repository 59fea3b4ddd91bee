package io.moor.volumes.repository;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** References as a node has them: a pack's name is written once, then its number. */
final class Refs {

    private Refs() {}

    /** Writes those of one node at a time. */
    static final class Writer {
        private final Map<RandomId, Integer> numbers = new HashMap<>();

        void clear() {
            numbers.clear();
        }

        void write(ByteWriter out, ChunkRef ref) {
            int fresh = numbers.size();
            Integer known = numbers.putIfAbsent(ref.pack(), fresh);
            out.varint((known == null ? fresh : known) + 1);
            if (known == null) {
                out.raw(ref.pack().toBytes());
            }
            out.varint(ref.offset())
                    .varint(ref.storedLength())
                    .varint(ref.rawLength())
                    .u8(ref.flags())
                    .raw(ref.id().toBytes());
        }
    }

    /** Reads those of one node. */
    static final class Reader {
        private final List<RandomId> packs = new ArrayList<>();

        ChunkRef read(ByteReader in) throws CorruptObjectException {
            return read(in, in.varint());
        }

        /**
         * @param number of the pack, plus one, which was read already
         */
        ChunkRef read(ByteReader in, long number) throws CorruptObjectException {
            if (number < 1 || number > packs.size() + 1) {
                throw in.corrupt("a reference names a pack that is not there");
            }
            if (number == packs.size() + 1) {
                packs.add(RandomId.of(in.raw(RandomId.BYTES)));
            }
            RandomId pack = packs.get((int) number - 1);
            int offset = in.count(Limits.PACK_BYTES);
            int storedLength = in.count(Limits.PACK_BYTES);
            int rawLength = in.count(Limits.CHUNK_BYTES);
            int flags = in.u8();
            if (storedLength == 0 || rawLength == 0 || (flags & ~ChunkFlags.ALL) != 0) {
                throw in.corrupt("a reference has no length or unknown flags");
            }
            return new ChunkRef(
                    pack,
                    offset,
                    storedLength,
                    rawLength,
                    flags,
                    ChunkId.of(in.raw(ChunkId.BYTES)));
        }
    }
}
