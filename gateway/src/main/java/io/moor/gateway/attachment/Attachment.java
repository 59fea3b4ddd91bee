package io.moor.gateway.attachment;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One volume on one incarnation, with one epoch.
 *
 * @param attachment its id
 * @param volume the volume
 * @param incarnation the holder's life
 * @param instance the holder's id
 * @param readOnly whether writes are refused
 * @param path where on the instance; empty when the sidecar's configuration says it by claim
 * @param epoch fencing token
 * @param state where it is in its life
 * @param proof why it could be granted
 * @param dirty whether the volume had to be checked first
 * @param checkResult what the check said, or null
 * @param lastFailure what the sidecar could not do last, or null
 * @param detachRevision the instance's revision that told it to let go, or null
 * @param end why it ended; null while it lasts
 * @param createdAt when it was granted
 * @param attachedAt when the sidecar confirmed it, or null
 * @param endedAt when it ended, or null
 */
public record Attachment(
        String attachment,
        String volume,
        String incarnation,
        String instance,
        boolean readOnly,
        String path,
        long epoch,
        AttachmentState state,
        FencingProof proof,
        boolean dirty,
        @Nullable String checkResult,
        @Nullable String lastFailure,
        @Nullable Long detachRevision,
        @Nullable End end,
        Instant createdAt,
        @Nullable Instant attachedAt,
        @Nullable Instant endedAt) {

    /** Why an attachment ended: what the next grant's proof will be. */
    public record End(ProofKind kind, String detail) {}

    /** Whether the holder may still write. */
    public boolean live() {
        return state != AttachmentState.DETACHED;
    }

    /** The proof that the end of this attachment gives to the next one. */
    FencingProof proofForNext() {
        if (end == null) {
            throw new IllegalStateException("attachment " + attachment + " has not ended");
        }
        return new FencingProof(end.kind(), end.detail(), attachment);
    }

    /** Why nothing happens; empty when it waits for nothing. */
    public String waitingFor() {
        String failure = lastFailure == null ? "" : "; it said: " + lastFailure;
        return switch (state) {
            case ATTACHING ->
                    "waiting for "
                            + instance
                            + (dirty ? " to check and attach it" : " to attach it")
                            + failure;
            case DETACHING -> "waiting for " + instance + " to release it" + failure;
            case ATTACHED, DETACHED -> "";
        };
    }
}
