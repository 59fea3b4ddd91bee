package io.moor.shipper.frame;

/**
 * How long a record's value may be, in bytes.
 *
 * @param maxLine longest value of a line or event that is not too long, at least 1
 * @param piece longest value of a piece of one that is, at least 1
 * @param deadLetters whether one that is too long is flagged {@code dead-letter}, whole or in
 *     pieces; else it becomes pieces flagged {@code split}
 * @param cuts where pieces may end
 */
public record Limits(int maxLine, int piece, boolean deadLetters, Cuts cuts) {

    public Limits {
        if (maxLine < 1 || piece < 1) {
            throw new IllegalArgumentException("a limit is at least one byte");
        }
    }

    /** What is too long is split into values of the longest length. */
    public static Limits split(int maxLine) {
        return new Limits(maxLine, maxLine, false, Cuts.ANYWHERE);
    }

    /** What is too long is dead letters of another longest length. */
    public static Limits deadLetters(int maxLine, int piece) {
        return new Limits(maxLine, piece, true, Cuts.ANYWHERE);
    }

    /** The same with other places for cuts. */
    public Limits with(Cuts other) {
        return new Limits(maxLine, piece, deadLetters, other);
    }

    /** Bytes of a text that must be visible to know what becomes of its beginning. */
    int longest() {
        return Math.max(maxLine, piece) + cuts.ahead();
    }

    /**
     * Where the first piece of a text ends that is longer than one.
     *
     * @param at its beginning in the buffer
     * @param end the end of what is visible of it
     * @param base offset in the file of the buffer's first byte
     */
    int cut(LineEnds ends, byte[] buffer, int at, int end, long base) {
        int cut = ends.cut(buffer, at, at + piece, end, base);
        return cuts.before(buffer, at, cut, end, ends.charset());
    }
}
