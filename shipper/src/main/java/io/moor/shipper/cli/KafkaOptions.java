package io.moor.shipper.cli;

import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;

/** How to reach Kafka; a mixin. */
public final class KafkaOptions {

    @Option(
            names = "--kafka",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Bootstrap servers, comma-separated.")
    private String servers = "";

    @Option(
            names = "-X",
            paramLabel = "PROPERTY=VALUE",
            description =
                    "A property of the Kafka clients, security.protocol for example. Repeatable.")
    private Map<String, String> properties = new LinkedHashMap<>();

    /**
     * Properties for the clients.
     *
     * @throws CommandFailure when the servers are not addresses
     */
    Map<String, String> properties() {
        for (String server : servers.split(",")) {
            if (!server.matches("\\[?[^\\s\\]]+]?:\\d{1,5}")) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "--kafka takes HOST:PORT, comma-separated, not '" + servers + "'");
            }
        }
        Map<String, String> all = new LinkedHashMap<>(properties);
        all.put("bootstrap.servers", servers);
        return all;
    }
}
