package io.moor.shipper.verify;

import org.jspecify.annotations.Nullable;

import java.util.zip.CRC32C;

/**
 * The bytes of a file as they would be in one way of writing line ends and a byte order mark, which
 * are not in the values: only how many bytes they took is known.
 */
final class Rebuilt {

    private final byte[] mark;
    private final boolean marked;
    private final byte[][] lineEnds;
    private final CRC32C content = new CRC32C();
    private boolean possible = true;

    /**
     * @param mark what the file may begin with
     * @param marked whether it does in any case
     * @param lineEnds what a line may end with
     */
    private Rebuilt(byte[] mark, boolean marked, byte[]... lineEnds) {
        this.mark = mark;
        this.marked = marked;
        this.lineEnds = lineEnds;
    }

    /** Every way there is: of one byte, or UTF-16 of either order, with and without a mark. */
    static Rebuilt[] ways() {
        byte[] none = {};
        byte[][] narrow = {{}, {'\n'}, {'\r', '\n'}};
        byte[][] little = {{}, {'\n', 0}, {'\r', 0, '\n', 0}};
        byte[][] big = {{}, {0, '\n'}, {0, '\r', 0, '\n'}};
        return new Rebuilt[] {
            new Rebuilt(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, false, narrow),
            new Rebuilt(none, false, little),
            new Rebuilt(none, false, big),
            new Rebuilt(new byte[] {(byte) 0xFF, (byte) 0xFE}, true, little),
            new Rebuilt(new byte[] {(byte) 0xFE, (byte) 0xFF}, true, big)
        };
    }

    /** Whether all records until now can have been written so. */
    boolean isPossible() {
        return possible;
    }

    /** Whether a record can have been. */
    boolean fits(boolean first, long around) {
        return lineEnd(first, around) != null;
    }

    /** Adds a record, or finds that it was not written so. */
    void add(boolean first, byte[] value, long around) {
        byte[] end = lineEnd(first, around);
        possible &= end != null;
        if (possible && end != null) {
            if (isMarked(first, around)) {
                content.update(mark);
            }
            content.update(value);
            content.update(end);
        }
    }

    private boolean isMarked(boolean first, long around) {
        return first && (marked || (mark.length > 0 && around >= mark.length));
    }

    private byte @Nullable [] lineEnd(boolean first, long around) {
        long rest = around - (isMarked(first, around) ? mark.length : 0);
        for (byte[] end : lineEnds) {
            if (end.length == rest) {
                return end;
            }
        }
        return null;
    }

    int hash() {
        return (int) content.getValue();
    }
}
