package io.moor.gateway.volume;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A volume as the control plane knows it.
 *
 * @param volume its id, also its name at the provider
 * @param owner the slot and claim that it belongs to, or null for one of its own
 * @param provider name of the provider in the gateway's configuration
 * @param sizeBytes size, bytes
 * @param state where it is in its life
 * @param reason why it is in this state, when there is something to say
 * @param epoch fencing token of the newest grant; 0 before the first
 * @param dirty whether it is checked before its next use
 * @param attempts failed calls of the provider since the state was entered
 * @param lastFailure what the provider said last, or null
 * @param nextAttemptAt when the provider is asked again
 * @param createdAt when the row was made
 */
public record Volume(
        String volume,
        @Nullable Owner owner,
        String provider,
        long sizeBytes,
        VolumeState state,
        @Nullable String reason,
        long epoch,
        boolean dirty,
        int attempts,
        @Nullable String lastFailure,
        Instant nextAttemptAt,
        Instant createdAt) {

    /** The slot and claim that a volume belongs to. */
    public record Owner(String group, int slot, String claim) {}

    public String claim() {
        return owner == null ? "" : owner.claim();
    }

    /** Why nothing happens with the volume itself; empty when it waits for nothing. */
    public String waitingFor() {
        String failure =
                lastFailure == null
                        ? ""
                        : "; attempt %d failed: %s".formatted(attempts, lastFailure);
        return switch (state) {
            case CREATING -> "waiting for provider '" + provider + "' to create it" + failure;
            case DELETING -> "waiting for provider '" + provider + "' to delete it" + failure;
            case QUARANTINED -> "waiting for an operator: " + reason;
            case AVAILABLE, DELETED -> "";
        };
    }
}
