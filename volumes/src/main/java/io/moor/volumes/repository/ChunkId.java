package io.moor.volumes.repository;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** 256 bits that stand for the content of a chunk. */
record ChunkId(long a, long b, long c, long d) {

    static final int BYTES = 32;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    static ChunkId of(byte[] bytes) {
        return new ChunkId(
                (long) LONG.get(bytes, 0),
                (long) LONG.get(bytes, 8),
                (long) LONG.get(bytes, 16),
                (long) LONG.get(bytes, 24));
    }

    byte[] toBytes() {
        byte[] bytes = new byte[BYTES];
        LONG.set(bytes, 0, a);
        LONG.set(bytes, 8, b);
        LONG.set(bytes, 16, c);
        LONG.set(bytes, 24, d);
        return bytes;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
