package io.moor.shipper.shape;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** Patterns of users: RE2 takes linear time whatever they write. */
final class Patterns {

    private Patterns() {}

    /**
     * @throws IllegalArgumentException when RE2 does not understand it
     */
    static Pattern compile(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'"
                            + regex
                            + "' is no regular expression of RE2 (which has no look-around and no"
                            + " back references): "
                            + e.getDescription(),
                    e);
        }
    }
}
