package io.moor.volumes.repository;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/** 128 random bits that name a pack, a root, a lineage or a repository; 32 hex digits as text. */
public record RandomId(long high, long low) implements Comparable<RandomId> {

    static final int BYTES = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    public static RandomId create() {
        return new RandomId(RANDOM.nextLong(), RANDOM.nextLong());
    }

    static RandomId of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new RandomId(buffer.getLong(), buffer.getLong());
    }

    /**
     * @throws IllegalArgumentException when it is not 32 hex digits
     */
    public static RandomId parse(String text) {
        if (text.length() != 2 * BYTES) {
            throw new IllegalArgumentException("'" + text + "' is not 32 hex digits");
        }
        return of(HexFormat.of().parseHex(text));
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    @Override
    public int compareTo(RandomId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
