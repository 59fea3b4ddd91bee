package io.moor.shipper.engine;

/**
 * How often a run to the end looks for what it could not open. A compressed file is read through
 * before it is opened, a slice at each look: that is no look in vain, however large the file is.
 */
final class Looks {

    private static final int MOST_IN_VAIN = 20;

    private int inVain;
    private long progressBefore;

    /**
     * A look was taken.
     *
     * @param progress larger than at the look before when it came nearer to opening something
     */
    void looked(long progress) {
        inVain = progress > progressBefore ? 0 : inVain + 1;
        progressBefore = progress;
    }

    /** Whether to give up. */
    boolean areEnough() {
        return inVain >= MOST_IN_VAIN;
    }
}
