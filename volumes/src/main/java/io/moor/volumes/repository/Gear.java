package io.moor.volumes.repository;

/** Cuts by content: FastCDC with normalized chunking, on a table of the repository's own. */
final class Gear {

    static final int LEAST = 256 << 10;
    static final int NORMAL = 1 << 20;
    static final int MOST = Limits.CHUNK_BYTES;

    /** The upper 22 bits: a border is rare before the normal size. */
    private static final long STRICT = -1L << 42;

    /** The upper 18 bits: a border is near after it. */
    private static final long LOOSE = -1L << 46;

    private final long[] table;

    Gear(RepositoryKeys keys) {
        table = keys.gearTable();
    }

    /**
     * Where the chunk that begins at {@code from} ends.
     *
     * @param length bytes there are from there on
     * @param isEnd whether the content ends with them
     * @return length of the chunk, or 0 when more bytes are needed to tell
     */
    int cut(byte[] data, int from, int length, boolean isEnd) {
        int most = Math.min(length, MOST);
        if (most <= LEAST) {
            return isEnd ? most : 0;
        }
        long hash = 0;
        int normal = Math.min(most, NORMAL);
        int at = LEAST;
        while (at < normal) {
            hash = (hash << 1) + table[data[from + at++] & 0xFF];
            if ((hash & STRICT) == 0) {
                return at;
            }
        }
        while (at < most) {
            hash = (hash << 1) + table[data[from + at++] & 0xFF];
            if ((hash & LOOSE) == 0) {
                return at;
            }
        }
        return most == MOST || isEnd ? most : 0;
    }
}
