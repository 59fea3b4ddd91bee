package io.moor.gateway.attachment;

/** Where an attachment is in its life; all but the last may write (I1). */
public enum AttachmentState {
    /** Granted; the sidecar has not confirmed it yet. */
    ATTACHING,
    /** In use. */
    ATTACHED,
    /** The sidecar was told to let go. */
    DETACHING,
    /** Over, for a reason that is a proof. */
    DETACHED
}
