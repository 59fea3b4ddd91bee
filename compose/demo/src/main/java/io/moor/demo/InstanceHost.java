package io.moor.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes "servers": process trees in PID and mount namespaces of their own, so that killing one
 * takes its mounts and loop devices with it, as the death of a server does. Without root they are
 * plain process trees.
 */
final class InstanceHost {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Children children;
    private final Platform platform;
    private final Path launcher;
    private final Path directory;
    private final Surroundings surroundings;

    /**
     * @param gateway the gateway's address
     * @param kafka bootstrap servers
     * @param postgresHome directory with {@code bin/postgres} for the business database
     */
    record Surroundings(URI gateway, String kafka, Path postgresHome) {}

    InstanceHost(
            Children children,
            Platform platform,
            Path launcher,
            Path directory,
            Surroundings surroundings) {
        this.children = children;
        this.platform = platform;
        this.launcher = launcher;
        this.directory = directory;
        this.surroundings = surroundings;
    }

    /**
     * Boots an instance: its sidecar joins the group, its application starts when the volume is
     * there.
     *
     * @param id instance id
     * @param group group to join
     * @param joinToken join token of the group
     */
    Instance boot(String id, String group, String joinToken) throws IOException {
        Path home = directory.resolve(id);
        Path volume = home.resolve("data");
        Files.createDirectories(home.resolve("state"));
        copy("instance.sh", home);
        copy("stop-orders.sh", home);
        Path token = home.resolve("join-token");
        ControlPlane.writeSecret(token, joinToken);
        Path config = home.resolve("sidecar.yaml");
        Files.writeString(
                config,
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(sidecarConfig(id, group, home, volume, token)));

        int port = Ports.free();
        Map<String, String> environment =
                Map.of(
                        "MOOR",
                        launcher.toString(),
                        "SIDECAR_CONFIG",
                        config.toString(),
                        "INSTANCE_DIR",
                        home.toString(),
                        "VOLUME",
                        volume.toString(),
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "ORDERS_CLASS_PATH",
                        System.getProperty("java.class.path"),
                        "ORDERS_PORT",
                        Integer.toString(port),
                        "POSTGRES_HOME",
                        surroundings.postgresHome().toString(),
                        Instance.MARK,
                        id);
        Process process =
                children.start(command(home), environment, home.resolve("instance.log"), true);
        return new Instance(id, home, volume, port, platform.isolation(), process);
    }

    private List<String> command(Path home) {
        List<String> command = new ArrayList<>();
        if (platform.isolation() == Platform.Isolation.NAMESPACES) {
            command.addAll(
                    List.of(
                            "unshare",
                            "--mount",
                            "--pid",
                            "--fork",
                            "--kill-child=SIGKILL",
                            "--mount-proc"));
        }
        command.addAll(List.of("/bin/sh", home.resolve("instance.sh").toString()));
        return command;
    }

    private ObjectNode sidecarConfig(String id, String group, Path home, Path volume, Path token) {
        ObjectNode root = JSON.createObjectNode();
        root.put("gateway", surroundings.gateway().toString());
        root.put("token", "${file:" + token + "}");
        root.put("instance", id);
        root.put("group", group);
        root.put("slot", "auto");
        root.put("state", home.resolve("state").toString());
        root.putObject("kafka").put("bootstrap.servers", surroundings.kafka());
        var logs = root.putArray("logs");
        source(logs.addObject(), "app", volume.resolve("log/orders.log"), Topics.ORDERS);
        source(logs.addObject(), "postgres", volume.resolve("log/postgresql.log"), Topics.POSTGRES);
        root.putArray("volumes").addObject().put("claim", "data").put("path", volume.toString());
        ObjectNode workload = root.putObject("workload");
        workload.putArray("stop")
                .add("/bin/sh")
                .add(home.resolve("stop-orders.sh").toString())
                .add(home.toString());
        workload.put("timeout", "30s");
        return root;
    }

    private static void source(ObjectNode source, String name, Path file, String topic) {
        source.put("name", name).put("topic", topic).putArray("files").add(file.toString());
    }

    private static void copy(String resource, Path directory) throws IOException {
        try (InputStream in = InstanceHost.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("missing in the class path: " + resource);
            }
            Files.copy(
                    in,
                    directory.resolve(resource),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
