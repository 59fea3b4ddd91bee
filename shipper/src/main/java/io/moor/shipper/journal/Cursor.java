package io.moor.shipper.journal;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What two cursors tell of the entries between them; they are opaque to everybody else. */
final class Cursor {

    private static final Pattern SEQUENCE = Pattern.compile("s=([0-9a-f]+);i=([0-9a-f]{1,15});.*");

    private Cursor() {}

    /**
     * How many entries a journal wrote between two; empty when the journal began anew. With matches
     * it is the most that may be missing.
     */
    static OptionalLong between(String before, String after) {
        Matcher from = SEQUENCE.matcher(before);
        Matcher to = SEQUENCE.matcher(after);
        if (!from.matches() || !to.matches() || !from.group(1).equals(to.group(1))) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                Math.max(
                        0,
                        Long.parseLong(to.group(2), 16) - Long.parseLong(from.group(2), 16) - 1));
    }
}
