package io.moor.stack;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * Kafka in this JVM, broker and controller in one node (KRaft). It does not force its log to the
 * disk: the page cache survives the death of a process, and this stack is for one machine.
 */
final class KafkaBroker implements AutoCloseable {

    private static final int NODE = 1;

    /**
     * Kafka leaves this file at a clean stop and removes it at a start; org.apache.kafka.storage
     * CleanShutdownFileHandler.
     */
    private static final String CLEAN_SHUTDOWN = ".kafka_cleanshutdown";

    private final KafkaRaftServer server;

    private KafkaBroker(KafkaRaftServer server) {
        this.server = server;
    }

    static KafkaBroker start(Path directory, int port, int controllerPort) {
        try {
            boolean isNew = !Files.exists(directory);
            if (isNew) {
                format(directory);
            }
            KafkaRepair.apply();
            boolean clean = isNew || Files.exists(directory.resolve(CLEAN_SHUTDOWN));
            return new KafkaBroker(startServer(properties(directory, port, controllerPort, clean)));
        } catch (Exception e) {
            throw new StackException("Kafka did not start: " + StackException.oneLine(e), e);
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    /**
     * In a directory of its own which is renamed when it is complete: there is no half-formatted
     * one.
     */
    private static void format(Path directory) throws Exception {
        Path unfinished = directory.resolveSibling(directory.getFileName() + ".new");
        StackDirectory.deleteTree(unfinished);
        Files.createDirectories(unfinished);
        new Formatter()
                .setPrintStream(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE)
                .setDirectories(List.of(unfinished.toString()))
                .setMetadataLogDirectory(unfinished.toString())
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .run();
        StackDirectory.moveIntoPlace(unfinished, directory);
    }

    /** Kafka ends the JVM when it cannot start; while it starts here that becomes an exception. */
    private static synchronized KafkaRaftServer startServer(Properties properties)
            throws IOException {
        Exit.Procedure refuse =
                (status, message) -> {
                    throw new IllegalStateException(message == null ? "see the log" : message);
                };
        Exit.setExitProcedure(refuse);
        Exit.setHaltProcedure(refuse);
        KafkaRaftServer server = null;
        boolean started = false;
        try {
            server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
            server.startup();
            started = true;
            return server;
        } finally {
            if (server != null && !started) {
                server.shutdown();
            }
            Exit.resetExitProcedure();
            Exit.resetHaltProcedure();
        }
    }

    private static Properties properties(
            Path directory, int port, int controllerPort, boolean clean) {
        Properties properties = new Properties();
        properties.putAll(KafkaSettings.of(directory, NODE, port, controllerPort, clean));
        return properties;
    }
}
