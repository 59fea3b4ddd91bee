package io.moor.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

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

    /**
     * Starts the gateway and returns when it is ready.
     *
     * @param directory for its configuration, token, log and the volumes of the providers
     * @param jdbcUrl its database, user included
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
                        java.util.List.of(
                                launcher.toString(), "gateway", "--config", config.toString()),
                        Map.of(),
                        log,
                        false);
        URI base = URI.create("http://127.0.0.1:" + port);
        awaitReady(base, process, log);
        return new ControlPlane(
                new GatewayApi(base, Files.readString(tokenFile).strip()), tokenFile, process);
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
        for (String type : java.util.List.of("image", "directory")) {
            providers
                    .putObject(type)
                    .put("type", type)
                    .put("root", directory.resolve("storage").resolve(type).toString());
        }
        return root;
    }

    private static void awaitReady(URI base, Process process, Path log)
            throws IOException, InterruptedException {
        HttpRequest ready =
                HttpRequest.newBuilder(base.resolve("/health/ready"))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
            while (true) {
                if (process.waitFor(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    throw new IOException(
                            "the gateway ended with " + process.exitValue() + ": " + lastLine(log));
                }
                if (answers(http, ready)) {
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
    }

    private static boolean answers(HttpClient http, HttpRequest ready) throws InterruptedException {
        try {
            return http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            // Not listening yet.
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
