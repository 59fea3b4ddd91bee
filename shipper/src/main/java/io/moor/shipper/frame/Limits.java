package io.moor.shipper.frame;

/**
 * How long a record's value may be, in bytes.
 *
 * @param maxLine longest value of a line or event that is not too long, at least 1
 * @param piece longest value of a piece of one that is, at least 1
 * @param deadLetters whether one that is too long is flagged {@code dead-letter}, whole or in
 *     pieces; else it becomes pieces flagged {@code split}
 */
public record Limits(int maxLine, int piece, boolean deadLetters) {

    public Limits {
        if (maxLine < 1 || piece < 1) {
            throw new IllegalArgumentException("a limit is at least one byte");
        }
    }

    /** What is too long is split into values of the longest length. */
    public static Limits split(int maxLine) {
        return new Limits(maxLine, maxLine, false);
    }

    /** What is too long is dead letters of another longest length. */
    public static Limits deadLetters(int maxLine, int piece) {
        return new Limits(maxLine, piece, true);
    }

    int longest() {
        return Math.max(maxLine, piece);
    }
}
