package io.moor.shipper.broker;

import io.moor.stack.KafkaRepair;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A real Kafka in this JVM with a configuration of its own, for tests of what the shared stack does
 * not have: authorisation, TLS, a second node, a listener behind a faulty network.
 */
public final class TestBroker implements AutoCloseable {

    private static final String CLUSTER = Uuid.randomUuid().toString();

    private final KafkaRaftServer server;

    private TestBroker(KafkaRaftServer server) {
        this.server = server;
    }

    /**
     * Starts a node; one that is its own controller unless the settings say otherwise.
     *
     * @param directory its data; formatted when missing
     * @param settings win over the defaults
     */
    public static TestBroker start(Path directory, Map<String, String> settings) throws Exception {
        Properties properties = new Properties();
        boolean clean =
                !Files.exists(directory) || Files.exists(directory.resolve(".kafka_cleanshutdown"));
        properties.putAll(defaults(directory, clean));
        properties.putAll(settings);
        if (!Files.exists(directory.resolve("meta.properties"))) {
            format(
                    directory,
                    Integer.parseInt(properties.getProperty("node.id")),
                    settings.getOrDefault("test.cluster", CLUSTER));
        }
        properties.remove("test.cluster");
        if (!Boolean.getBoolean("moor.test.unrepaired")) {
            KafkaRepair.apply();
        }
        KafkaRaftServer server =
                new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        return new TestBroker(server);
    }

    /** One node on a plain listener. */
    public static Map<String, String> alone(int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, controllerPort));
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        return settings;
    }

    /** A port that is free now. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Map<String, String> defaults(Path directory, boolean clean) {
        Map<String, String> settings = new HashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("log.dirs", directory.toString());
        settings.put(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,FAULTY:PLAINTEXT,SASL:SASL_PLAINTEXT,"
                        + "SASL_TLS:SASL_SSL");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("auto.create.topics.enable", "false");
        // A killed broker may register again only when its old session is over.
        settings.put("broker.session.timeout.ms", clean ? "30000" : "2900");
        settings.put("broker.heartbeat.interval.ms", clean ? "2000" : "500");
        for (String topic : List.of("offsets.topic", "transaction.state.log")) {
            settings.put(topic + ".num.partitions", "1");
            settings.put(topic + ".replication.factor", "1");
        }
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("default.replication.factor", "1");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.put("log.index.size.max.bytes", "2097152");
        return settings;
    }

    private static void format(Path directory, int node, String cluster) throws Exception {
        Files.createDirectories(directory);
        new Formatter()
                .setPrintStream(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(cluster)
                .setNodeId(node)
                .setDirectories(List.of(directory.toString()))
                .setMetadataLogDirectory(directory.toString())
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /**
     * A broker that can be killed: {@code DIRECTORY PORT CONTROLLER-PORT}; says when it is ready.
     */
    public static void main(String[] arguments) throws Exception {
        TestBroker broker =
                start(
                        Path.of(arguments[0]),
                        alone(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])));
        System.out.println(BrokerProcess.READY);
        // Ends with whoever started it.
        while (System.in.read() >= 0) {}
        broker.close();
        System.exit(0);
    }
}
