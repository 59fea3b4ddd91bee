package io.moor.shipper.checkpoint;

/** A checkpoint that cannot be understood. Nothing is shipped on a guess. */
public final class CheckpointDamagedException extends Exception {

    public CheckpointDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
