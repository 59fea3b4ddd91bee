package io.moor.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real {@code moor gateway} in a process of its own. */
final class ControlPlane {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private final GatewayApi api;
    private final Path tokenFile;
    private final Process process;

    private ControlPlane(GatewayApi api, Path tokenFile, Process process) {
        this.api = api;
        this.tokenFile = tokenFile;
        this.process = process;
    }

    /** Another program listens on the port that the gateway was to have. */
    static final class PortTaken extends IOException {
        PortTaken(int port, String message) {
            super("port " + port + " was taken: " + message);
        }
    }

    /**
     * As {@link #start}, on this port if it is free, else on any other.
     *
     * @param port may be taken by another demo between the look and the gateway's start
     */
    static ControlPlane startPreferably(
            Children children, Path launcher, Path directory, String jdbcUrl, int port)
            throws IOException, InterruptedException {
        try {
            return start(children, launcher, directory, jdbcUrl, Ports.preferably(port));
        } catch (PortTaken e) {
            return start(children, launcher, directory, jdbcUrl, Ports.free());
        }
    }

    /**
     * Starts the gateway and returns when it is ready.
     *
     * @param directory for its configuration, token, log and the volumes of the providers
     * @param jdbcUrl its database, user included
     * @throws PortTaken when the gateway ended and somebody else listens on the port
     * @throws IOException when it ends or does not get ready; the message ends with what its log
     *     said last
     */
    static ControlPlane start(
            Children children, Path launcher, Path directory, String jdbcUrl, int port)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path tokenFile = directory.resolve("operator-token");
        if (!Files.exists(tokenFile)) {
            writeSecret(tokenFile, newToken());
        }
        Path config = directory.resolve("gateway.yaml");
        Files.writeString(
                config,
                JSON.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(config(directory, tokenFile, jdbcUrl, port)));
        Path log = directory.resolve("gateway.log");
        Process process =
                children.start(
                        List.of(launcher.toString(), "gateway", "--config", config.toString()),
                        Map.of(),
                        log,
                        false);
        GatewayApi api =
                new GatewayApi(
                        URI.create("http://127.0.0.1:" + port),
                        Files.readString(tokenFile).strip());
        awaitReady(api, process, log);
        return new ControlPlane(api, tokenFile, process);
    }

    GatewayApi api() {
        return api;
    }

    Path tokenFile() {
        return tokenFile;
    }

    Process process() {
        return process;
    }

    /** JSON is YAML: the file is valid whatever characters the paths have. */
    private static ObjectNode config(Path directory, Path tokenFile, String jdbcUrl, int port) {
        ObjectNode root = JSON.createObjectNode();
        root.put("listen", "127.0.0.1:" + port);
        root.putObject("database").put("url", jdbcUrl);
        root.put("token", "${file:" + tokenFile + "}");
        ObjectNode providers = root.putObject("providers");
        for (String type : List.of("image", "directory")) {
            providers
                    .putObject(type)
                    .put("type", type)
                    .put("root", directory.resolve("storage").resolve(type).toString());
        }
        return root;
    }

    private static void awaitReady(GatewayApi api, Process process, Path log)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (true) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                String why = "the gateway ended with " + process.exitValue() + ": " + lastLine(log);
                int port = api.base().getPort();
                throw Ports.isFree(port) ? new IOException(why) : new PortTaken(port, why);
            }
            if (answers(api)) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "the gateway was not ready after "
                                + READY_LIMIT.toSeconds()
                                + " s: "
                                + lastLine(log));
            }
        }
    }

    /**
     * Whether our gateway is ready. That it knows our token shows that it is ours: the gateway of
     * another demo may have been faster to get the port.
     */
    private static boolean answers(GatewayApi api) throws InterruptedException {
        try {
            api.get("/health/ready");
            api.get("/v1/groups?limit=1");
            return true;
        } catch (IOException e) {
            // Not listening yet, not ready yet, or not ours.
            return false;
        }
    }

    static String lastLine(Path log) {
        try {
            var lines = Files.readAllLines(log);
            return lines.isEmpty() ? "it logged nothing" : lines.getLast() + " (log: " + log + ")";
        } catch (IOException e) {
            return "its log cannot be read: " + log;
        }
    }

    private static String newToken() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Writes a file that only its owner may read; it never exists with wider rights. */
    static void writeSecret(Path file, String secret) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, secret + "\n", StandardOpenOption.WRITE);
    }
}
