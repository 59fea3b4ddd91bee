package io.moor.volumes.repository;

import java.io.IOException;

/** Object storage did not do what it was asked. */
public final class StoreException extends IOException {

    private static final long serialVersionUID = 1;

    /** What is to be done about it. */
    public enum Kind {
        /** There is no such object. */
        MISSING,
        /** The same call may succeed later; the outcome of a write is unknown. */
        TRANSIENT,
        /** Credentials, bucket or request are wrong. */
        PERMANENT
    }

    private final Kind kind;

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
