package io.moor.shipper.frame;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** An event begins with a line in which a pattern is found; found in linear time by RE2. */
final class StartPattern implements Grouping {

    private final Pattern pattern;

    StartPattern(Pattern pattern) {
        this.pattern = pattern;
    }

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

    @Override
    public void begin(boolean within) {
        // It looks at nothing but the line.
    }

    @Override
    public Verdict next(byte[] text, int from, int to) {
        byte[] line = from == 0 && to == text.length ? text : copy(text, from, to);
        return pattern.matcher(line).find() ? Verdict.BEGINS : Verdict.CONTINUES;
    }

    private static byte[] copy(byte[] text, int from, int to) {
        byte[] line = new byte[to - from];
        System.arraycopy(text, from, line, 0, line.length);
        return line;
    }
}
