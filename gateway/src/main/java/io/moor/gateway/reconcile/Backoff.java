package io.moor.gateway.reconcile;

import java.time.Duration;

/** How long to wait after failures: doubling from 0.5 s, at most a minute. Pure. */
final class Backoff {

    private static final long FIRST_MS = 500;
    private static final long LONGEST_MS = 60_000;

    private Backoff() {}

    /**
     * @param failures failures so far, this one included; at least 1
     */
    static Duration after(int failures) {
        int doublings = Math.clamp(failures - 1, 0, 10);
        return Duration.ofMillis(Math.min(LONGEST_MS, FIRST_MS << doublings));
    }
}
