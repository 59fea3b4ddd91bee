package io.moor.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The broker's configuration: Kafka's defaults, except for what one small node on loopback needs
 * otherwise.
 */
final class KafkaSettings {

    private KafkaSettings() {}

    static Map<String, String> of(
            Path directory, int node, int port, int controllerPort, boolean clean) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(node));
        settings.put("log.dirs", directory.toString());
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, controllerPort));
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", "%d@127.0.0.1:%d".formatted(node, controllerPort));
        settings.put("auto.create.topics.enable", "false");
        sessions(settings, clean);
        oneNode(settings);
        small(settings);
        return settings;
    }

    /**
     * A broker that was killed may register again only when its old session is over, so after a
     * kill sessions are short for the sake of the start. Otherwise they are long, so that a busy
     * machine does not fence its only broker. Retries of the registration come after 0.1, 0.3, 0.7,
     * 1.5 and 3.1 s.
     */
    private static void sessions(Map<String, String> settings, boolean clean) {
        settings.put("broker.session.timeout.ms", clean ? "30000" : "2900");
        settings.put("broker.heartbeat.interval.ms", clean ? "2000" : "500");
    }

    /** There is no second replica, and one internal partition makes the first transaction quick. */
    private static void oneNode(Map<String, String> settings) {
        for (String topic :
                new String[] {
                    "offsets.topic", "transaction.state.log", "share.coordinator.state.topic"
                }) {
            settings.put(topic + ".num.partitions", "1");
            settings.put(topic + ".replication.factor", "1");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
    }

    private static void small(Map<String, String> settings) {
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.put("log.cleaner.io.buffer.size", "131072");
        settings.put("log.index.size.max.bytes", "2097152");
    }
}
