package io.moor.shipper.kafka;

/**
 * Steps of a transaction at which tests let the process die: {@code -Dmoor.kill-point=NAME}, and
 * {@code -Dmoor.kill-after=N} for the N-th time it is reached. Does nothing otherwise.
 */
public enum KillPoint {
    AFTER_BEGIN,
    AFTER_LINES,
    AFTER_CHECKPOINT,
    /** Lines and a checkpoint have arrived: the transaction is open at the broker. */
    AFTER_CHECKPOINT_SENT,
    BEFORE_COMMIT,
    AFTER_COMMIT;

    private static final String CHOSEN = System.getProperty("moor.kill-point", "");
    private static int left = Integer.getInteger("moor.kill-after", 1);

    /** Whether this is the point of a test. */
    public boolean isChosen() {
        return name().equals(CHOSEN);
    }

    public void reached() {
        if (!CHOSEN.isEmpty() && name().equals(CHOSEN)) {
            halt();
        }
    }

    private static synchronized void halt() {
        if (--left == 0) {
            Runtime.getRuntime().halt(137);
        }
    }
}
