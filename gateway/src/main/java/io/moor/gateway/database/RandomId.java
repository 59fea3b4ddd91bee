package io.moor.gateway.database;

import java.security.SecureRandom;

/** Ids that nobody has used before, safe in URLs, file names and volume ids. */
public final class RandomId {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private RandomId() {}

    /** A suffix of base-32 characters, 5 bits each. */
    public static String suffix(int characters) {
        var text = new StringBuilder(characters);
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    /** {@code PREFIX-} and 20 random characters: 100 bits. */
    public static String of(String prefix) {
        return prefix + "-" + suffix(20);
    }
}
