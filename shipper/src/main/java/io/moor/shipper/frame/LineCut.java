package io.moor.shipper.frame;

import java.util.Arrays;

/**
 * Where a text that goes on in several files may be cut, so that each of them reads like one of its
 * own. Of one text, which is given to it in order; not thread-safe.
 */
public final class LineCut {

    /** No byte order mark is longer. */
    private static final int HEAD = 4;

    private final Encoding encoding;
    private byte[] head = new byte[0];

    public LineCut(Encoding encoding) {
        this.encoding = encoding;
    }

    /** The next bytes of the text; its first ones tell how it is encoded. */
    public void read(byte[] block, int length) {
        if (head.length < HEAD && length > 0) {
            int more = Math.min(HEAD - head.length, length);
            byte[] longer = Arrays.copyOf(head, head.length + more);
            System.arraycopy(block, 0, longer, head.length, more);
            head = longer;
        }
    }

    /** The byte order mark of the text, with which each of the files begins; empty for none. */
    public byte[] mark() {
        return Arrays.copyOf(head, encoding.markLength(head, 0, head.length));
    }

    /**
     * Position behind the last line of {@code [from, to)}.
     *
     * @param base offset in the file of the buffer's first byte
     * @return {@code from} when no line ends there
     */
    public int afterLastLine(byte[] buffer, int from, int to, long base) {
        LineEnds ends = encoding.ends(head, 0, head.length);
        // Backwards in pieces, so that a block of short lines is not searched from its beginning.
        for (int reach = 256; ; reach *= 4) {
            int begin = Math.max(from, to - reach);
            int after = from;
            for (int at = ends.indexOf(buffer, begin, to, base);
                    at >= 0;
                    at = ends.indexOf(buffer, after, to, base)) {
                after = at + ends.unit();
            }
            if (after > from || begin == from) {
                return after;
            }
        }
    }

    /** The last position in {@code (from, to)} at which no character is split. */
    public int betweenCharacters(byte[] buffer, int from, int to, long base) {
        return to - from < 2
                ? to
                : encoding.ends(head, 0, head.length).cut(buffer, from, to - 1, to, base);
    }
}
