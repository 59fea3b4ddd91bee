package io.moor.shipper.frame;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Shows lines to a {@link Grouping} as it can read them: as they are where ASCII is a part of their
 * encoding, else decoded. Undecodable bytes show as replacement characters, which no rule asks for.
 */
final class Texts {

    private final Grouping grouping;
    private final int most;

    /**
     * @param most bytes of a line that are shown: the decision must not depend on how much of a
     *     very long one is visible
     */
    Texts(Grouping grouping, int most) {
        this.grouping = grouping;
        this.most = most;
    }

    void begin(boolean within) {
        grouping.begin(within);
    }

    Grouping.Verdict next(LineEnds ends, byte[] buffer, int from, int end) {
        int to = Math.min(end, from + most);
        if (ends.isAscii()) {
            return grouping.next(buffer, from, to);
        }
        Charset charset = ends.charset();
        byte[] text = new String(buffer, from, to - from, charset).getBytes(StandardCharsets.UTF_8);
        return grouping.next(text, 0, text.length);
    }
}
