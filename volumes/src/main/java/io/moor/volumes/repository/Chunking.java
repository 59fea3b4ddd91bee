package io.moor.volumes.repository;

/**
 * How a file is cut.
 *
 * @param bits of fixed blocks: their size is 2^bits bytes; 0 for the other kinds
 */
record Chunking(Kind kind, int bits) {

    enum Kind {
        WHOLE(0),
        CONTENT(1),
        FIXED(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Kind ofCode(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("kind " + code);
        }
    }

    static final Chunking WHOLE = new Chunking(Kind.WHOLE, 0);
    static final Chunking CONTENT = new Chunking(Kind.CONTENT, 0);

    private static final int LEAST_BITS = 12;
    private static final int MOST_BITS = 16;

    Chunking {
        if (kind == Kind.FIXED ? bits < LEAST_BITS || bits > MOST_BITS : bits != 0) {
            throw new IllegalArgumentException("blocks of 2^" + bits + " bytes");
        }
    }

    static Chunking fixed(int bits) {
        return new Chunking(Kind.FIXED, bits);
    }

    int blockBytes() {
        return 1 << bits;
    }
}
