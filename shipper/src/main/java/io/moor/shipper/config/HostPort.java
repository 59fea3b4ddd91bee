package io.moor.shipper.config;

/**
 * A host and a TCP port, written {@code host:port} or {@code [::1]:port}.
 *
 * @param host name or address, without brackets
 * @param port 0 to 65535; 0 means any free port where something listens
 */
public record HostPort(String host, int port) {

    public HostPort {
        if (host.isEmpty() || port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "not a host and a port: '" + host + ":" + port + "'");
        }
    }

    /**
     * @throws IllegalArgumentException when the text is not {@code host:port}
     */
    public static HostPort parse(String text) {
        var colon = text.lastIndexOf(':');
        var host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw new IllegalArgumentException(
                    "'" + text + "': put an IPv6 address in brackets, like [::1]:7080");
        }
        try {
            return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not host:port, like 127.0.0.1:7080", e);
        }
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
