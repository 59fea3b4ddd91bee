package io.moor.shipper;

import java.util.regex.Pattern;

/**
 * The disk or volume that log files live on. It owns the {@code transactional.id} ({@code
 * moor.ORIGIN}), so whoever inherits a volume inherits its origin, fences the previous shipper and
 * continues at its byte. 1 to 200 letters, digits, dots, dashes and underscores.
 */
public record Origin(String id) {

    /** What the transactional ids of all shippers begin with. */
    public static final String TRANSACTIONAL_ID_PREFIX = "moor.";

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,200}");

    public Origin {
        if (!VALID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "an origin is 1 to 200 letters, digits, dots, dashes and underscores, not '"
                            + id
                            + "'");
        }
    }

    public String transactionalId() {
        return TRANSACTIONAL_ID_PREFIX + id;
    }

    @Override
    public String toString() {
        return id;
    }
}
