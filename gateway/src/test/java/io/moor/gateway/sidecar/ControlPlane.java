package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.moor.gateway.cli.CommandLineRun;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real gateway in a process of its own, and the operator's command line to it. */
public final class ControlPlane implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final int port;
    private final Path tokenFile;
    private Program program;

    private ControlPlane(Path directory, int port, Path tokenFile, Program program) {
        this.directory = directory;
        this.port = port;
        this.tokenFile = tokenFile;
        this.program = program;
    }

    /** Starts one and waits until it is ready. */
    public static ControlPlane start(Path directory, String jdbcUrl) throws IOException {
        Files.createDirectories(directory);
        var port = freePort();
        var tokenFile =
                Files.writeString(
                        directory.resolve("operator-token"), "operator-secret-of-a-test\n");
        Files.writeString(
                directory.resolve("gateway.yaml"),
                """
                listen: 127.0.0.1:%d
                database: {url: "%s"}
                token: ${file:%s}
                lease: {ttl: 6s}
                providers:
                  image: {type: image, root: %s}
                  directory: {type: directory, root: %s}
                """
                        .formatted(
                                port,
                                jdbcUrl,
                                tokenFile,
                                directory.resolve("shared-images"),
                                directory.resolve("shared-directories")));
        var plane = new ControlPlane(directory, port, tokenFile, launch(directory));
        plane.awaitReady();
        return plane;
    }

    private static Program launch(Path directory) throws IOException {
        return Program.start(
                directory,
                "gateway",
                "gateway",
                "--config",
                directory.resolve("gateway.yaml").toString());
    }

    /** SIGKILL, and a new one on the same port and database. */
    void killAndRestart() throws IOException {
        program.kill();
        program = launch(directory);
        awaitReady();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public Path tokenFile() {
        return tokenFile;
    }

    private void awaitReady() {
        try (var http = HttpClient.newHttpClient()) {
            var ready = HttpRequest.newBuilder(address().resolve("/health/ready")).build();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> {
                        if (!program.isAlive()) {
                            throw new IllegalStateException(program.err());
                        }
                        var answer = http.send(ready, HttpResponse.BodyHandlers.discarding());
                        assertThat(answer.statusCode()).isEqualTo(200);
                    });
        }
    }

    /** Runs an operator's command; the connection options are added. */
    public CommandLineRun moor(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of("--gateway", address().toString(), "--token-file", tokenFile.toString()));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    /** The same, must succeed, as JSON. */
    public JsonNode json(String... arguments) throws IOException {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        var run = moor(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return JSON.readTree(run.out());
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
