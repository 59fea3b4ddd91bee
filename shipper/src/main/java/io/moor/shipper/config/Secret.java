package io.moor.shipper.config;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A value that never prints: not in logs, errors, problems or JSON. {@link #reveal()} is the only
 * way to its text.
 */
public final class Secret {

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * @throws IllegalArgumentException when it is empty, which is never meant
     */
    public static Secret parse(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("the secret is empty");
        }
        return new Secret(value);
    }

    /** The text itself; hand it to the wire, never to a message. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Redacted. */
    @JsonValue
    @Override
    public String toString() {
        return "***";
    }
}
