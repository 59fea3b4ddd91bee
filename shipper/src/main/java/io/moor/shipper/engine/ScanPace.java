package io.moor.shipper.engine;

import java.util.concurrent.TimeUnit;

/**
 * When to look at the directories again. Where every change is told, a look without a cause only
 * makes sure, and is seldom; elsewhere it is how changes are found. A cause never makes the looks
 * more frequent than they are without hints.
 */
final class ScanPace {

    private static final long OFTEN = Orders.millis(100);

    /** The longest time that a change goes unseen of which the system did not tell. */
    static final long SELDOM = Orders.millis(2_000);

    /** What still cannot be opened after so many looks is tried again this often. */
    private static final long RETRY = Orders.millis(1_000);

    private static final int MOST_IN_VAIN = 20;

    /** With this pause for each stream, looks cost a small part of a percent of a core. */
    private static final long PER_STREAM = TimeUnit.MICROSECONDS.toNanos(500);

    private long lookedNanos;
    private long pause;
    private int inVain;

    /** How seldom so many streams are looked at without a cause. */
    static long seldom(int streams) {
        return Math.max(SELDOM, streams * PER_STREAM);
    }

    /**
     * A look was taken.
     *
     * @param told whether every change since then will be told
     * @param settled false when a directory changed so lately that it is to be read again
     * @param all false when something could not be opened
     * @param nearer whether something came nearer to being opened
     */
    void looked(
            long nowNanos,
            boolean told,
            boolean settled,
            boolean all,
            boolean nearer,
            int streams) {
        lookedNanos = nowNanos;
        inVain = all || nearer ? 0 : inVain + 1;
        if (!told || !settled) {
            pause = OFTEN;
        } else if (!all) {
            pause = inVain < MOST_IN_VAIN ? OFTEN : RETRY;
        } else {
            pause = seldom(streams);
        }
    }

    /** There is a cause. */
    void wanted() {
        pause = OFTEN;
    }

    /** Nanoseconds until the next look; zero or less when it is due. */
    long nextIn(long nowNanos) {
        return lookedNanos + pause - nowNanos;
    }
}
