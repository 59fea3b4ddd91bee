package io.moor.shipper.tail;

import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

/**
 * Cuts blocks of bytes into lines, without Strings. A line end is LF or CRLF; a UTF-8 byte order
 * mark at the start of a file belongs to the first span and not to its value. Lines over the limit
 * become pieces flagged {@code split}; where they are cut does not depend on how the file was read.
 * Holds no bytes: what is not consumed is read again. Not thread-safe.
 */
public final class LineFramer {

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxLineBytes;
    private final int pieceBytes;
    private final boolean deadLetters;
    private OpenLine open = OpenLine.NONE;
    private long records;

    /**
     * Splits lines that are too long.
     *
     * @param maxLineBytes longest value, at least 1
     */
    public LineFramer(int maxLineBytes) {
        this(maxLineBytes, maxLineBytes, false);
    }

    private LineFramer(int maxLineBytes, int pieceBytes, boolean deadLetters) {
        this.maxLineBytes = maxLineBytes;
        this.pieceBytes = pieceBytes;
        this.deadLetters = deadLetters;
    }

    /**
     * Flags lines that are too long as dead letters, whole or in pieces.
     *
     * @param maxLineBytes longest value of a line that is not too long, at least 1
     * @param pieceBytes longest value of a dead letter, at least 1
     */
    public static LineFramer deadLetters(int maxLineBytes, int pieceBytes) {
        return new LineFramer(maxLineBytes, pieceBytes, true);
    }

    /** Whether it frames as one with these limits does. */
    public boolean isLike(LineFramer other) {
        return maxLineBytes == other.maxLineBytes
                && pieceBytes == other.pieceBytes
                && deadLetters == other.deadLetters;
    }

    boolean isDeadLettering() {
        return deadLetters;
    }

    public int maxLineBytes() {
        return maxLineBytes;
    }

    /** Takes lines. The buffer is reused: copy what is kept. */
    @FunctionalInterface
    public interface Lines {
        /**
         * @param from first byte of the value in the buffer
         * @param to after its last byte
         * @param spanStart offset of the span in the file
         * @param spanEnd its end, line end included
         * @param flags bits of {@link LogHeaders}
         */
        void line(byte[] buffer, int from, int to, long spanStart, long spanEnd, int flags);
    }

    /** Bytes of one line, at most, that must be visible at once for progress. */
    int longestUnframed() {
        return Math.max(maxLineBytes, pieceBytes) + MARK.length + 2;
    }

    /** Begins at a place. */
    void reset(OpenLine openLine) {
        open = openLine;
        records = 0;
    }

    OpenLine open() {
        return open;
    }

    /** Records since the last reset, without dead letters. */
    long records() {
        return records;
    }

    /**
     * Frames the lines in {@code [from, to)}, the bytes at {@code offset} of the file.
     *
     * @return bytes consumed; the rest is an unterminated line
     */
    int frame(byte[] buffer, int from, int to, long offset, Lines lines) {
        int start = from;
        while (true) {
            int end = Newlines.indexOf(buffer, start, to);
            if (end < 0) {
                break;
            }
            int content = end > start && buffer[end - 1] == '\r' ? end - 1 : end;
            pieces(buffer, start, content, end + 1, offset - from, 0, lines);
            open = OpenLine.NONE;
            start = end + 1;
        }
        // With two bytes more than the limit the content is over it whatever comes next, CR LF too.
        int skip = markLength(buffer, start, to, offset + start - from);
        while (to - start - skip >= Math.max(maxLineBytes, pieceBytes) + 2) {
            int pieceEnd = start + skip + pieceBytes;
            emit(
                    buffer,
                    start + skip,
                    pieceEnd,
                    start,
                    pieceEnd,
                    offset - from,
                    LogHeaders.SPLIT,
                    lines);
            open = OpenLine.SPLIT;
            start = pieceEnd;
            skip = 0;
        }
        return start - from;
    }

    /** Ships the unterminated rest {@code [from, to)} of a file that is final for now. */
    void flush(byte[] buffer, int from, int to, long offset, Lines lines) {
        if (to > from) {
            pieces(buffer, from, to, to, offset - from, LogHeaders.PARTIAL, lines);
            open = OpenLine.PARTIAL;
        }
    }

    private void pieces(
            byte[] buffer,
            int start,
            int contentEnd,
            int spanEnd,
            long base,
            int lastFlags,
            Lines lines) {
        int spanStart = start;
        int at = start + markLength(buffer, start, contentEnd, base + start);
        boolean oversized = open == OpenLine.SPLIT || contentEnd - at > maxLineBytes;
        while (oversized && contentEnd - at > pieceBytes) {
            emit(
                    buffer,
                    at,
                    at + pieceBytes,
                    spanStart,
                    at + pieceBytes,
                    base,
                    LogHeaders.SPLIT,
                    lines);
            open = OpenLine.SPLIT;
            at += pieceBytes;
            spanStart = at;
        }
        int dead = oversized && deadLetters ? LogHeaders.DEAD_LETTER : 0;
        emit(buffer, at, contentEnd, spanStart, spanEnd, base, lastFlags | dead, lines);
    }

    private void emit(
            byte[] buffer,
            int from,
            int to,
            int spanStart,
            int spanEnd,
            long base,
            int flags,
            Lines lines) {
        int all =
                flags
                        | switch (open) {
                            case NONE -> 0;
                            case PARTIAL -> LogHeaders.CONTINUED;
                            case SPLIT -> LogHeaders.SPLIT;
                        };
        if (deadLetters && (all & LogHeaders.SPLIT) != 0) {
            all |= LogHeaders.DEAD_LETTER;
        }
        lines.line(buffer, from, to, base + spanStart, base + spanEnd, all);
        records += (all & LogHeaders.DEAD_LETTER) == 0 ? 1 : 0;
    }

    private static int markLength(byte[] buffer, int from, int to, long offset) {
        boolean mark =
                offset == 0
                        && to - from >= MARK.length
                        && buffer[from] == MARK[0]
                        && buffer[from + 1] == MARK[1]
                        && buffer[from + 2] == MARK[2];
        return mark ? MARK.length : 0;
    }
}
