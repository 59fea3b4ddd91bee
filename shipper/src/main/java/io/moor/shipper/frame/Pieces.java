package io.moor.shipper.frame;

import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

/**
 * Hands values on, in pieces where they are too long, and knows whether the last one ended within a
 * line. Where a text is cut depends on its bytes only, not on how the file was read. Not
 * thread-safe.
 */
final class Pieces {

    private final Limits limits;
    private OpenLine open = OpenLine.NONE;
    private long records;

    Pieces(Limits limits) {
        this.limits = limits;
    }

    void reset(OpenLine openLine) {
        open = openLine;
        records = 0;
    }

    OpenLine open() {
        return open;
    }

    long records() {
        return records;
    }

    /**
     * A text that is complete, or the end of what there is of it.
     *
     * @param from first byte of its value
     * @param contentEnd after the last byte of its value
     * @param spanStart where its span begins in the buffer
     * @param spanEnd where it ends, line end included
     * @param base offset in the file of the buffer's first byte
     * @param flags of its last piece
     * @param after what is open behind it
     */
    void text(
            LineEnds ends,
            byte[] buffer,
            int from,
            int contentEnd,
            int spanStart,
            int spanEnd,
            long base,
            int flags,
            OpenLine after,
            Framer.Lines lines) {
        int at = from;
        int start = spanStart;
        boolean oversized = open == OpenLine.SPLIT || contentEnd - at > limits.maxLine();
        int more = flags & ~LogHeaders.PARTIAL;
        while (oversized && contentEnd - at > limits.piece()) {
            int cut = limits.cut(ends, buffer, at, contentEnd, base);
            emit(buffer, at, cut, start, cut, base, LogHeaders.SPLIT | more, lines);
            open = OpenLine.SPLIT;
            more &= ~LogHeaders.CONTINUED;
            at = cut;
            start = cut;
        }
        int dead = oversized && limits.deadLetters() ? LogHeaders.DEAD_LETTER : 0;
        int last = more | (flags & LogHeaders.PARTIAL) | dead;
        emit(buffer, at, contentEnd, start, spanEnd, base, last, lines);
        open = after;
    }

    /**
     * The beginning of a text that is too long already, as long as more than two line ends of it
     * are visible: with so much more than the limit it is over it whatever comes next.
     *
     * @return where the rest begins
     */
    int head(
            LineEnds ends,
            byte[] buffer,
            int from,
            int to,
            int spanStart,
            long base,
            int flags,
            Framer.Lines lines) {
        int at = from;
        int start = spanStart;
        while (to - at >= limits.longest() + 2 * ends.unit()) {
            int cut = limits.cut(ends, buffer, at, to, base);
            emit(buffer, at, cut, start, cut, base, LogHeaders.SPLIT | flags, lines);
            open = OpenLine.SPLIT;
            at = cut;
            start = cut;
        }
        return start;
    }

    /** A value that is a record as it is; nothing is open behind it. */
    void value(
            byte[] buffer,
            int from,
            int to,
            long spanStart,
            long spanEnd,
            int flags,
            Framer.Lines lines) {
        emit(buffer, from, to, 0, (int) (spanEnd - spanStart), spanStart, flags, lines);
    }

    private void emit(
            byte[] buffer,
            int from,
            int to,
            int spanStart,
            int spanEnd,
            long base,
            int flags,
            Framer.Lines lines) {
        int all =
                flags
                        | switch (open) {
                            case NONE -> 0;
                            case PARTIAL -> LogHeaders.CONTINUED;
                            case SPLIT -> LogHeaders.SPLIT;
                        };
        if (limits.deadLetters() && (all & LogHeaders.SPLIT) != 0) {
            all |= LogHeaders.DEAD_LETTER;
        }
        lines.line(buffer, from, to, base + spanStart, base + spanEnd, all);
        records += (all & LogHeaders.DEAD_LETTER) == 0 ? 1 : 0;
    }
}
