package io.moor.gateway;

/** The gateway cannot start. The message is one line that says what happened and what to do. */
public final class GatewayException extends RuntimeException {

    public GatewayException(String message, Throwable cause) {
        super(message, cause);
    }
}
