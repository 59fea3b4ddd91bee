package io.moor.shipper.kafka;

import org.apache.kafka.common.KafkaException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** None of the hosts that lead to Kafka has an address; {@link #getMessage} says what to do. */
public final class UnknownHostsException extends KafkaException {

    private static final long serialVersionUID = 1;

    private UnknownHostsException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Why a client could not be made, in words that help when it is for the names of the hosts.
     *
     * @param bootstrapServers {@code HOST:PORT}, comma-separated
     */
    static KafkaException or(KafkaException failure, String bootstrapServers) {
        List<String> unknown = new ArrayList<>();
        for (String server : bootstrapServers.split(",")) {
            String host = host(server.strip());
            if (host.isEmpty() || isKnown(host)) {
                return failure;
            }
            unknown.add("'" + host + "'");
        }
        return new UnknownHostsException(
                "no address is known for "
                        + (unknown.size() == 1 ? "Kafka's host " : "any of Kafka's hosts ")
                        + String.join(", ", unknown)
                        + "; check how it is written, and that this machine's DNS or /etc/hosts"
                        + " knows it",
                failure);
    }

    private static String host(String server) {
        int colon = server.lastIndexOf(':');
        String host = colon < 0 ? server : server.substring(0, colon);
        return host.startsWith("[")
                ? ""
                : host.substring(host.indexOf("://") < 0 ? 0 : host.indexOf("://") + 3);
    }

    private static boolean isKnown(String host) {
        try {
            InetAddress.getByName(host);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
