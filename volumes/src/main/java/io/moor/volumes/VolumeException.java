package io.moor.volumes;

/**
 * A provider could not do what it was asked. The message says what happened and what to do; nothing
 * of it is secret.
 */
public final class VolumeException extends Exception {

    /** Whether the same call may succeed later without anybody changing anything. */
    private final boolean transientFailure;

    public VolumeException(String message, boolean transientFailure, Throwable cause) {
        super(message, cause);
        this.transientFailure = transientFailure;
    }

    public VolumeException(String message, boolean transientFailure) {
        super(message);
        this.transientFailure = transientFailure;
    }

    public boolean isTransient() {
        return transientFailure;
    }
}
