package io.moor.shipper.stream;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of generations: 64 random bits as 16 lowercase hex digits, chosen once. */
public final class FileIds {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int DIGITS = 16;

    private FileIds() {}

    public static String next() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    public static boolean isValid(String id) {
        return id.length() == DIGITS
                && id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
