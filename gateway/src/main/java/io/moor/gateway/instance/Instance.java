package io.moor.gateway.instance;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * One incarnation.
 *
 * @param incarnation this life
 * @param instance the platform's id
 * @param bootId what distinguishes this life from the one before a reboot
 * @param slot the slot it fills or filled
 * @param state where it is in its life
 * @param evicted whether something was taken from it by force: it never gets a grant again
 * @param revision counts the changes of what is desired on it
 * @param registeredAt when it joined
 * @param lease its lease
 * @param endedAt when it was drained or declared gone
 * @param endReason why it ended, in words
 */
public record Instance(
        String incarnation,
        String instance,
        String bootId,
        SlotId slot,
        InstanceState state,
        boolean evicted,
        long revision,
        Instant registeredAt,
        Lease lease,
        @Nullable Instant endedAt,
        @Nullable String endReason) {

    /**
     * The right to act, on PostgreSQL's clock. That it expired is shown, and proves nothing: only a
     * guard on the instance could make it a fencing proof.
     *
     * @param renewedAt when a sync last renewed it
     * @param expiresAt when it expires
     * @param readAt PostgreSQL's time when this was read
     */
    public record Lease(Instant renewedAt, Instant expiresAt, Instant readAt) {

        public boolean expired() {
            return expiresAt.isBefore(readAt);
        }

        /** How long it has been expired; zero when it has not. */
        public Duration expiredFor() {
            return expired() ? Duration.between(expiresAt, readAt) : Duration.ZERO;
        }
    }

    /** Whether it may be given a volume. */
    public boolean mayBeGranted() {
        return state == InstanceState.ACTIVE && !evicted;
    }

    /** Why nothing happens, and what would help; empty when it waits for nothing. */
    public String waitingFor() {
        if (state == InstanceState.ACTIVE && evicted) {
            return "waiting for proof that "
                    + instance
                    + " is gone: it was evicted and gets no volume again; send a terminated event,"
                    + " or evict its other attachments with a reason";
        }
        if (state.fillsSlot() && lease.expired()) {
            return "waiting for a sign of life from "
                    + instance
                    + ", or for proof that it is gone: its lease expired "
                    + lease.expiredFor().toSeconds()
                    + " s ago; send a terminated event, or evict its attachments with a reason";
        }
        if (state == InstanceState.DRAINING) {
            return "waiting for " + instance + " to ship its logs and release its volumes";
        }
        return "";
    }
}
