package io.moor.gateway.volume;

/** Where a volume is in its life; whether somebody holds it is said by its attachments. */
public enum VolumeState {
    /** The row exists, the provider is being asked. */
    CREATING,
    /** Exists at the provider; may be granted. */
    AVAILABLE,
    /** Is to be removed at the provider. */
    DELETING,
    /** Gone; its id is never used again. */
    DELETED,
    /** Something is wrong that only a person can judge; never granted. */
    QUARANTINED
}
