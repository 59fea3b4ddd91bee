package io.moor.gateway.sidecar;

import java.time.Duration;

/**
 * How long to wait before joining again, over all memberships of this process. A membership that is
 * refused right after it began is no success, so that a gateway which lets in and then refuses is
 * asked ever more seldom. Not thread-safe.
 */
final class Rejoining {

    private final Backoff backoff;
    private long joinedAt;

    Rejoining(Backoff backoff) {
        this.backoff = backoff;
    }

    /**
     * @param now nanoseconds of the monotonic clock
     */
    void joined(long now) {
        joinedAt = now;
    }

    /** A report was taken; the membership counts as good when it is as old as its lease. */
    void synced(long now, Duration timeToLive) {
        if (now - joinedAt >= timeToLive.toNanos()) {
            backoff.reset();
        }
    }

    Duration refused() {
        return backoff.next();
    }
}
