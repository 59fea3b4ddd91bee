package io.moor.gateway.sidecar;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.config.Default;
import io.moor.shipper.config.LogConfig;
import io.moor.shipper.config.Secret;
import io.moor.shipper.status.StatusAddress;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code sidecar.yaml}; every key is explained in {@code docs/sidecar.example.yaml}.
 *
 * @param gateway base URL of the control plane; null ships logs without one
 * @param token join token of the group; needed with a gateway
 * @param instance id that the platform gave this server; the host name when null
 * @param group group to join; needed with a gateway
 * @param slot which slot to ask for
 * @param state the sidecar's own scratch; losing it loses nothing
 * @param kafka properties of the Kafka clients; values may be secret
 * @param delivery the guarantee of every log
 * @param sink what brings every log to Kafka
 * @param status where a status of the shippers is served; null for nowhere
 * @param logs what to ship
 * @param volumes where claims appear
 * @param workload the application, as far as a drain has to know it
 */
public record SidecarConfig(
        @Nullable URI gateway,
        @Nullable Secret token,
        @Nullable String instance,
        @Nullable String group,
        @Default("auto") SlotChoice slot,
        Path state,
        @Default("{}") Map<String, String> kafka,
        @Default("exactly-once") ShipperConfig.Delivery delivery,
        @Default("direct") ShipperConfig.Sink sink,
        @Nullable StatusAddress status,
        @Default("[]") List<LogConfig> logs,
        @Default("[]") List<VolumeConfig> volumes,
        @Nullable WorkloadConfig workload) {

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    public SidecarConfig {
        if (gateway != null && (token == null || group == null)) {
            throw new IllegalArgumentException(
                    "with a 'gateway' the keys 'token' and 'group' are needed; add them");
        }
        if (gateway != null && !List.of("http", "https").contains(gateway.getScheme())) {
            throw new IllegalArgumentException(
                    "'gateway' begins with http:// or https://, not '" + gateway + "'");
        }
        if (instance != null && !INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException(
                    "'instance' is 1 to 128 letters, digits, dots, dashes and underscores, not '"
                            + instance
                            + "'");
        }
        if (!logs.isEmpty() && !kafka.containsKey("bootstrap.servers")) {
            throw new IllegalArgumentException(
                    "'logs' need 'kafka: {bootstrap.servers: \"HOST:PORT\"}'; add it");
        }
        if (gateway == null && logs.isEmpty()) {
            throw new IllegalArgumentException(
                    "neither 'gateway' nor 'logs': there is nothing to do; add one");
        }
        if (gateway == null && !volumes.isEmpty()) {
            throw new IllegalArgumentException("'volumes' need a 'gateway'; add it");
        }
        LogConfig.requireUniqueNames(logs);
        requireUnique("volumes", volumes.stream().map(VolumeConfig::claim).toList());
    }

    private static void requireUnique(String key, List<String> names) {
        var seen = new HashSet<String>();
        for (var name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException(
                        "two entries of '" + key + "' are called '" + name + "'; rename one");
            }
        }
    }

    /** The instance's id, from the host name when the file does not say it. */
    String instanceId() {
        if (instance != null) {
            return instance;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Values of {@code kafka} may hold passwords. */
    @Override
    public String toString() {
        return "SidecarConfig[gateway=" + gateway + ", group=" + group + ", slot=" + slot + "]";
    }
}
