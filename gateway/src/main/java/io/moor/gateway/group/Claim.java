package io.moor.gateway.group;

import java.util.regex.Pattern;

/**
 * Every slot of a group has a volume of this role.
 *
 * @param name the role, {@code data}: lower-case letters, digits and dashes, at most 16
 * @param provider name of a provider in the gateway's configuration
 * @param sizeBytes size of each volume, bytes, at least 1 MiB
 */
public record Claim(String name, String provider, long sizeBytes) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?");
    private static final long SMALLEST = 1 << 20;

    public Claim {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a claim's name is 1 to 16 lower-case letters, digits and dashes, not '"
                            + name
                            + "'");
        }
        if (provider.isBlank()) {
            throw new IllegalArgumentException("claim '" + name + "' names no provider");
        }
        if (sizeBytes < SMALLEST) {
            throw new IllegalArgumentException(
                    "claim '" + name + "' has at least 1 MiB, not " + sizeBytes + " bytes");
        }
    }
}
