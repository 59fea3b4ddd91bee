package io.moor.volumes.repository;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Which kind of cutting fits a file; docs/snapshot-format.md has the arithmetic. */
final class ChunkingRule {

    /** From here on a new file is cut into fixed blocks. */
    static final long LARGE_BYTES = 64L << 20;

    /** From here on a changed file may turn out to be written in the middle. */
    static final long JUDGED_BYTES = 8L << 20;

    /** Bytes of the beginning of a file that are looked at. */
    static final int HEAD_BYTES = 16;

    /** How compressed and media streams begin. */
    private static final List<byte[]> STREAMS =
            hex(
                    "1f8b", // gzip
                    "28b52ffd", // zstd
                    "fd377a585a00", // xz
                    "425a68", // bzip2
                    "04224d18", // lz4
                    "504b0304", // zip, jar, office documents
                    "1a45dfa3", // Matroska
                    "89504e47", // PNG
                    "ffd8ff", // JPEG
                    "25504446"); // PDF

    private static final byte[] MP4 = HexFormat.of().parseHex("66747970");

    private ChunkingRule() {}

    /**
     * @param planned what the version before said of this one; empty for a file seen first
     * @param head its first {@link #HEAD_BYTES} bytes
     */
    static Chunking choose(long size, Optional<Chunking> planned, byte[] head) {
        if (size <= Limits.WHOLE_BYTES) {
            return Chunking.WHOLE;
        }
        if (planned.isPresent() && planned.get().kind() != Chunking.Kind.WHOLE) {
            return planned.get();
        }
        return size < LARGE_BYTES || isStream(head) ? Chunking.CONTENT : blocks(size);
    }

    /**
     * The kind for the next version of a file that was there before.
     *
     * @param before size of the version before
     * @param data bytes of this version that are no hole
     * @param found how many of those were known
     */
    static Chunking next(Chunking now, long size, long before, long data, long found) {
        if (data < JUDGED_BYTES) {
            return now;
        }
        boolean grew = size > before + before / 10;
        if (now.kind() == Chunking.Kind.CONTENT && found < data / 2 && !grew) {
            return blocks(size);
        }
        if (now.kind() == Chunking.Kind.FIXED && found < Math.min(data, before) / 10) {
            return Chunking.CONTENT;
        }
        return now;
    }

    private static Chunking blocks(long size) {
        if (size < 16L << 30) {
            return Chunking.fixed(14);
        }
        return Chunking.fixed(size < 256L << 30 ? 15 : 16);
    }

    private static boolean isStream(byte[] head) {
        return STREAMS.stream().anyMatch(magic -> begins(head, 0, magic)) || begins(head, 4, MP4);
    }

    private static boolean begins(byte[] head, int at, byte[] magic) {
        if (head.length < at + magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (head[at + i] != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static List<byte[]> hex(String... magics) {
        return java.util.Arrays.stream(magics).map(HexFormat.of()::parseHex).toList();
    }
}
