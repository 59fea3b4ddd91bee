package io.moor.gateway.attachment;

import io.moor.gateway.protocol.ObservedAttachment;

import java.util.Objects;

/**
 * What a sidecar's report about one attachment means. Pure: decides, changes nothing.
 *
 * <p>A report of {@code DETACHED} is a release only when the sidecar had already been told to let
 * go at the time of the report. A sidecar that was just restarted may say {@code DETACHED} truly
 * and attach a moment later, because its last order says so.
 */
public sealed interface Observation {

    /** Nothing new. */
    record Nothing() implements Observation {}

    /** The volume is in use now; a dirty one was checked. */
    record Attached(String check) implements Observation {}

    /** The volume was flushed and unmounted after the order to let go. */
    record Released() implements Observation {}

    /** The sidecar tried and failed; it tries again. */
    record Failed(String why) implements Observation {}

    /** About something that is over, or was never so: changes nothing, is recorded. */
    record Late(String why) implements Observation {}

    /**
     * The report knows an epoch that was never granted here: this database went back in time (I3).
     */
    record FromTheFuture(String why) implements Observation {}

    /**
     * @param current the attachment as stored, of the reporting incarnation
     * @param observed what the sidecar says
     * @param seenRevision the newest order that the sidecar knew when it said so
     * @param letGoRevision the order to let go; {@link Long#MAX_VALUE} when there is none
     */
    static Observation decide(
            Attachment current,
            ObservedAttachment observed,
            long seenRevision,
            long letGoRevision) {
        if (!observed.volume().equals(current.volume())) {
            return new Late("attachment " + current.attachment() + " is of another volume");
        }
        if (observed.epoch() > current.epoch()) {
            return new FromTheFuture(
                    "reported epoch "
                            + observed.epoch()
                            + " was never granted, newest known is "
                            + current.epoch());
        }
        if (observed.epoch() < current.epoch()) {
            return new Late("epoch " + observed.epoch() + " is over, now " + current.epoch());
        }
        if (!current.live()) {
            return afterTheEnd(current, observed);
        }
        return switch (observed.state()) {
            case ATTACHED ->
                    current.state() == AttachmentState.ATTACHING
                            ? new Attached(observed.detail())
                            : new Nothing();
            case DETACHED -> seenRevision >= letGoRevision ? new Released() : new Nothing();
            case FAILED ->
                    Objects.equals(current.lastFailure(), observed.detail())
                            ? new Nothing()
                            : new Failed(observed.detail());
        };
    }

    private static Observation afterTheEnd(Attachment current, ObservedAttachment observed) {
        var end = Objects.requireNonNull(current.end());
        if (observed.state() == ObservedAttachment.State.DETACHED
                && end.kind() == ProofKind.RELEASED) {
            return new Nothing();
        }
        return new Late(
                "reported "
                        + observed.state()
                        + " after attachment "
                        + current.attachment()
                        + " had ended ("
                        + end.kind()
                        + ")");
    }
}
