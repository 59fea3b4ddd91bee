package io.moor.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** A bearer token. Its text is shown once; only its SHA-256 hash is stored. */
public record Token(String text) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** 32 random bytes: guessing is hopeless, so a plain fast hash of it is enough. */
    private static final int BYTES = 32;

    /**
     * @param kind what it is for, visible in the token ({@code join}, {@code instance})
     */
    public static Token generate(String kind) {
        byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        return new Token(
                "moor_"
                        + kind
                        + "_"
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Compares in a time that does not depend on where the two differ. */
    boolean sameAs(Token other) {
        return MessageDigest.isEqual(hash(), other.hash());
    }

    @Override
    public String toString() {
        return "Token[***]";
    }
}
