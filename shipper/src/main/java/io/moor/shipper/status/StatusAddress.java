package io.moor.shipper.status;

import io.moor.shipper.config.HostPort;

/**
 * Where a status is served: {@code HOST:PORT}, or {@code PORT} alone for loopback, because nobody
 * is asked who they are.
 *
 * @param at host and port; port 0 is any free one
 */
public record StatusAddress(HostPort at) {

    private static final String LOOPBACK = "127.0.0.1:";

    /**
     * @throws IllegalArgumentException when the text is neither a port nor a host and a port
     */
    public static StatusAddress parse(String text) {
        boolean portOnly = text.matches(":?\\d{1,5}");
        return new StatusAddress(
                HostPort.parse(portOnly ? LOOPBACK + text.replace(":", "") : text));
    }

    @Override
    public String toString() {
        return at.toString();
    }
}
