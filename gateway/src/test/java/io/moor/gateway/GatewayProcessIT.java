package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.cli.Moor;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code moor gateway} as a process of its own: how it starts, refuses and ends. */
@ExtendWith(EmbeddedStackExtension.class)
class GatewayProcessIT {

    private static final String TOKEN = "a-token-that-is-long-enough";

    @TempDir private Path directory;

    @Test
    void stopsInOrderOnSigterm(StackEndpoints stack) throws Exception {
        // Given
        int port = freePort();
        Process process = start(config(stack.newDatabase("gateway_process"), port, ""));
        var api = new Api(URI.create("http://127.0.0.1:" + port), TOKEN);
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> api.get("/health/ready").status() == 200);

            // When
            process.destroy();

            // Then
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(errors()).doesNotContain("\tat ", "ERROR", TOKEN);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aSecondSigtermEndsItAtOnceWithOne(StackEndpoints stack) throws Exception {
        // Given
        int port = freePort();
        String url = stack.newDatabase("gateway_twice");
        Process process = start(config(url, port, ""));
        var api = new Api(URI.create("http://127.0.0.1:" + port), TOKEN);
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> api.get("/health/ready").status() == 200);
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE instance IN ACCESS EXCLUSIVE MODE");
            Thread.ofVirtual().start(() -> api.get("/v1/instances"));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> waitsForALock(statement));

            // When
            process.destroy();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> errors().contains("gateway is stopping"));
            process.destroy();

            // Then
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean waitsForALock(Statement statement) throws SQLException {
        try (var rows =
                statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND"
                                + " query LIKE '%instance%'")) {
            return rows.next() && rows.getInt(1) > 0;
        }
    }

    @Test
    void saysWhichDatabaseDoesNotAnswer() throws Exception {
        // Given
        String url = "jdbc:postgresql://127.0.0.1:" + freePort() + "/moor?sslmode=disable";

        // When
        long started = System.nanoTime();
        Process process = start(config(url, 0, "  password: hidden-from-everybody\n"));

        // Then
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(40));
        assertThat(errors().lines().toList())
                .singleElement()
                .asString()
                .contains(url.substring(0, url.indexOf('?')))
                .contains("check")
                .doesNotContain("hidden");
    }

    @Test
    void refusesAPortInUseInOneLine(StackEndpoints stack) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            Process process =
                    start(config(stack.newDatabase("gateway_port"), taken.getLocalPort(), ""));

            // Then
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(errors().lines().toList())
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + taken.getLocalPort())
                    .contains("in use");
        }
    }

    @Test
    void refusesAConfigurationThatItDoesNotUnderstand() throws Exception {
        // Given
        Path file = config("jdbc:mysql://x/y", 0, "");
        Files.writeString(file, Files.readString(file) + "lissen: 1\n");

        // When
        Process process = start(file);

        // Then
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(errors()).contains("gateway.yaml:").contains("lissen").contains("listen");
    }

    private Path config(String url, int port, String more) throws IOException {
        Path file = directory.resolve("gateway.yaml");
        return Files.writeString(
                file,
                """
                listen: 127.0.0.1:%d
                token: %s
                database:
                  url: "%s"
                """
                                .formatted(port, TOKEN, url)
                        + more);
    }

    private Process start(Path config) throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Moor.class.getName(),
                                "gateway",
                                "--config",
                                config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("errors").toFile())
                .start();
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("errors"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
