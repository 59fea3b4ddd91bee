package io.moor.gateway.sidecar;

import java.time.Duration;

/**
 * How sure this instance may be of its lease, on its own monotonic clock. Only said, not acted on:
 * groups have no guard yet, so that the gateway gives nothing away by expiry alone. Not
 * thread-safe.
 */
final class Lease {

    /** What changed. */
    enum Change {
        NONE,
        LOST,
        BACK
    }

    private long renewedAt;
    private Duration timeToLive;
    private boolean lost;

    /**
     * @param now nanoseconds of the monotonic clock
     */
    Lease(long now, Duration timeToLive) {
        this.renewedAt = now;
        this.timeToLive = timeToLive;
    }

    Duration timeToLive() {
        return timeToLive;
    }

    /**
     * @param sentAt when the renewing request was sent: the gateway counts from its arrival
     */
    Change renewed(long sentAt, Duration newTimeToLive) {
        renewedAt = sentAt;
        timeToLive = newTimeToLive;
        var change = lost ? Change.BACK : Change.NONE;
        lost = false;
        return change;
    }

    Change notRenewed(long now) {
        if (lost || now - renewedAt < timeToLive.toNanos()) {
            return Change.NONE;
        }
        lost = true;
        return Change.LOST;
    }

    /** How long to ask the gateway to hold a call: three calls fit into a lease. */
    Duration wait(Duration most) {
        var third = timeToLive.dividedBy(3);
        return most.compareTo(third) < 0 ? most : third;
    }

    /** When a call without an answer is given up, so that another fits into the lease. */
    Duration callTimeout() {
        var twoThirds = timeToLive.multipliedBy(2).dividedBy(3);
        var least = Duration.ofSeconds(2);
        return twoThirds.compareTo(least) < 0 ? least : twoThirds;
    }
}
