package io.moor.shipper.tail;

/**
 * How many compressed files are decompressed at once: each takes a window, an input block and the
 * block last read, about half a mebibyte. Whoever gets none asks again later. Not thread-safe.
 */
public final class Inflaters {

    private static final int MOST = 16;

    private int left = MOST;

    boolean take() {
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    void giveBack() {
        left++;
    }
}
