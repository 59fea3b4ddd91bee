package io.moor.gateway.sidecar;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Doubling pauses between attempts, capped, with jitter so that a fleet does not retry in step. */
final class Backoff {

    private final Duration first;
    private final Duration cap;
    private int failures;

    Backoff(Duration first, Duration cap) {
        this.first = first;
        this.cap = cap;
    }

    void reset() {
        failures = 0;
    }

    /** How long to wait before the next attempt: half to all of the capped, doubled pause. */
    Duration next() {
        var pause = Math.min(cap.toMillis(), first.toMillis() * (1L << Math.min(failures, 20)));
        failures++;
        return Duration.ofMillis(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
    }
}
