package io.moor.shipper.frame;

/**
 * Which lines belong together. Asked line by line; a decision takes linear time and looks only at
 * the line and at what was asked since {@link #begin}. Not thread-safe.
 */
interface Grouping {

    /** What a line is to the event before it. */
    enum Verdict {
        /** Begins an event. */
        BEGINS,
        /** Belongs to the event before it. */
        CONTINUES,
        /**
         * Belongs to it when a line that {@link #CONTINUES} follows; else it is an event itself.
         */
        MAY_CONTINUE
    }

    /**
     * Forgets what was asked.
     *
     * @param within whether the next line goes on within an event whose beginning is not shown
     */
    void begin(boolean within);

    /**
     * @param text the line without its end, in an encoding of which ASCII is a part
     */
    Verdict next(byte[] text, int from, int to);
}
