package io.moor.shipper.identity;

import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * CRC-32C over all shipped bytes of a generation, continued across restarts: the checksum of two
 * parts joined follows from the checksums of the parts and the length of the second (multiplication
 * by a power of x modulo the polynomial, as zlib's {@code crc32_combine} does it).
 */
public final class RollingHash {

    /** Castagnoli polynomial, reflected. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final String NAME = "crc32c:";

    /** x^(2^k) modulo the polynomial. */
    private static final int[] POWERS = powers();

    private RollingHash() {}

    public static int of(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    /** The checksum of two parts, one after the other. */
    public static int join(int first, int second, long secondLength) {
        return multiply(powerOfX(secondLength), first) ^ second;
    }

    public static String format(int hash) {
        return NAME + HexFormat.of().toHexDigits(hash);
    }

    /**
     * @throws IllegalArgumentException when the text is not one of ours
     */
    public static int parse(String text) {
        if (!text.startsWith(NAME)) {
            throw new IllegalArgumentException("not a crc32c: " + text);
        }
        return HexFormat.fromHexDigits(text.substring(NAME.length()));
    }

    /** x^(8n) modulo the polynomial. */
    private static int powerOfX(long bytes) {
        int product = 1 << 31;
        long rest = bytes;
        for (int k = 3; rest != 0; k++, rest >>>= 1) {
            if ((rest & 1) != 0) {
                product = multiply(POWERS[k % 31], product);
            }
        }
        return product;
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int factor = b;
        for (int bit = 1 << 31; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= factor;
            }
            factor = (factor & 1) != 0 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
        }
        return product;
    }

    private static int[] powers() {
        int[] powers = new int[31];
        int power = 1 << 30;
        for (int k = 0; k < powers.length; k++) {
            powers[k] = power;
            power = multiply(power, power);
        }
        return powers;
    }
}
