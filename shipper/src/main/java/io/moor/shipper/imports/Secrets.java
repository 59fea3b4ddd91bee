package io.moor.shipper.imports;

import java.util.Locale;
import java.util.regex.Pattern;

/** What must not be shown. When in doubt it is not. */
final class Secrets {

    static final String MASK = "***";

    private static final Pattern WORDS =
            Pattern.compile(
                    "passw|\\bpass\\b|[._]auth\\b|passphrase|passwd|\\bpwd|secret|token|api.?key|access.?key|jaas|credential"
                        + "|authorization|bearer|private.?key|license.?key|shared.?key|cookie",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern USER_INFO = Pattern.compile("(://)[^/@\\s]*@");
    private static final int LONGEST = 100;

    private Secrets() {}

    /** Whether a key, or what stands beside it, speaks of a secret. */
    static boolean speaksOfOne(String key, String value) {
        return WORDS.matcher(key).find()
                || WORDS.matcher(value).find()
                || value.contains("-----BEGIN");
    }

    /** A value as it may be shown: masked when it may be a secret, one line, not too long. */
    static String shown(String key, String value) {
        // Names of files that hold a secret, and places of one, are none.
        boolean place =
                key.toLowerCase(Locale.ROOT).matches(".*(location|file|path)$")
                        && !value.contains("BEGIN");
        if (!place && speaksOfOne(key, value)) {
            return MASK;
        }
        String line =
                USER_INFO.matcher(value).replaceAll("$1" + MASK + "@").replaceAll("\\s+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
}
