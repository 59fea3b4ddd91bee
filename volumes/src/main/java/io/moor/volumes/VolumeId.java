package io.moor.volumes;

import java.util.regex.Pattern;

/**
 * The identity of a volume, also its deterministic name at the provider (invariant I7): lower-case
 * letters, digits and dashes, 1 to 63 characters, first and last a letter or digit. It is safe as a
 * file name.
 */
public record VolumeId(String value) {

    private static final Pattern VALID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public VolumeId {
        if (!VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a volume id is 1 to 63 lower-case letters, digits and dashes, not '"
                            + value
                            + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
