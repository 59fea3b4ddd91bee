package io.moor.gateway.protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/**
 * {@code POST /v1/instances/{instance}/sync}, with the instance token: what the sidecar observes.
 * The same call renews the lease on arrival and returns what is desired, at once when that differs
 * from {@code seenRevision}, else when it changes or {@code waitMs} has passed.
 *
 * @param incarnation this life of the instance
 * @param seenRevision revision of the last answer that was understood; 0 for none
 * @param waitMs longest wait for a change, ms; the gateway caps it at a third of the lease's time
 *     to live
 * @param attachments everything attached or being worked on, complete: level-triggered
 * @param streams the log streams, complete
 * @param drain result of a drain order, once there is one; repeated until the gateway has it
 * @param shippers the shippers, complete; null from a sidecar that does not tell
 */
public record SyncRequest(
        String incarnation,
        long seenRevision,
        long waitMs,
        List<ObservedAttachment> attachments,
        List<ObservedStream> streams,
        @Nullable DrainOutcome drain,
        @Nullable List<ObservedShipper> shippers) {

    public SyncRequest {
        attachments = List.copyOf(attachments);
        streams = List.copyOf(streams);
        shippers = shippers == null ? List.of() : List.copyOf(shippers);
    }

    /** Without a word about the shippers. */
    public SyncRequest(
            String incarnation,
            long seenRevision,
            long waitMs,
            List<ObservedAttachment> attachments,
            List<ObservedStream> streams,
            @Nullable DrainOutcome drain) {
        this(incarnation, seenRevision, waitMs, attachments, streams, drain, null);
    }

    /** The shippers; empty when the sidecar does not tell. */
    @Override
    public List<ObservedShipper> shippers() {
        return Objects.requireNonNull(shippers);
    }
}
