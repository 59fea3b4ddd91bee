package io.moor.shipper;

/** Why a shipper could not start or go on. The message is one line that says what to do. */
public final class ShipperException extends Exception {

    private final Reason reason;

    public ShipperException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public ShipperException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** What kind of failure. */
    public enum Reason {
        /** Kafka did not answer within 10 s of the start. */
        KAFKA_UNREACHABLE,
        /** Another shipper holds the state directory, or it cannot be written. */
        STATE_UNUSABLE,
        /** An input that is no file cannot be read. */
        INPUT_UNUSABLE,
        /** A newer owner of the origin exists; it has taken over. Do not start again. */
        FENCED,
        /** A topic is missing rights, compacted, or otherwise unfit. */
        TOPIC_UNUSABLE,
        /** A checkpoint cannot be understood; nothing is shipped on a guess. */
        CHECKPOINT_DAMAGED,
        /** Anything else that Kafka refuses for good. */
        KAFKA_REFUSED
    }
}
