package io.moor.shipper.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;

/** How to reach Kafka; a mixin. */
public final class KafkaOptions {

    private static final String SERVERS = "bootstrap.servers";

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "Bootstrap servers, comma-separated.")
    private @Nullable String servers;

    @Option(
            names = "-X",
            paramLabel = "PROPERTY=VALUE",
            description =
                    "A property of the Kafka clients, security.protocol for example. Repeatable.")
    private Map<String, String> properties = new LinkedHashMap<>();

    /**
     * Properties for the clients.
     *
     * @throws CommandFailure when the servers are missing or are not addresses
     */
    Map<String, String> properties() {
        return properties(Map.of());
    }

    /**
     * Properties for the clients: these options win over what a file says.
     *
     * @throws CommandFailure when the servers are missing or are not addresses
     */
    Map<String, String> properties(Map<String, String> file) {
        Map<String, String> all = new LinkedHashMap<>(file);
        all.putAll(properties);
        if (servers != null) {
            all.put(SERVERS, servers);
        }
        String chosen = all.get(SERVERS);
        if (chosen == null) {
            throw new CommandFailure(ExitCode.USAGE, "no Kafka is named; add --kafka HOST:PORT");
        }
        for (String server : chosen.split(",", -1)) {
            if (!server.strip().matches("([A-Z_]+://)?\\[?[^\\s\\]]+]?:\\d{1,5}")) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "--kafka takes HOST:PORT, comma-separated, not '" + chosen + "'");
            }
        }
        return all;
    }
}
