package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A database server beside the stack's: on a directory of its own, also as the only thing in a
 * namespace.
 */
class PostgresServerIT {

    @TempDir private static Path temporary;

    @Test
    void recoversAfterItsNamespaceWasKilled() throws Exception {
        assumeThat(NotRoot.detect())
                .as("Making a PID namespace needs root")
                .isNotEqualTo(NotRoot.AS_IS);
        // Given
        Path data = temporary.resolve("volume/pgdata");
        int port = freePort();
        PostgresProcesses processes =
                PostgresProcesses.of(PostgresBinaries.locate(temporary), data);
        Process first = startInNamespace(data, port);
        try (Connection connection = DriverManager.getConnection(url(port));
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE orders (id int)");
            statement.execute("INSERT INTO orders SELECT generate_series(1, 1000)");
        }

        // When
        kill(first);
        await().atMost(Duration.ofSeconds(20)).until(() -> processes.find().isEmpty());
        Process second = startInNamespace(data, port);

        // Then
        try (Connection connection = DriverManager.getConnection(url(port));
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT count(*), current_setting('fsync') FROM orders")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(1000);
            assertThat(rows.getString(2)).isEqualTo("on");
        } finally {
            kill(second);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> processes.find().isEmpty());
    }

    @Test
    void aStaleNumberInThePidFileOfALivingStrangerIsNoObstacle() throws Exception {
        // Given
        PostgresBinaries binaries = PostgresBinaries.in(temporary);
        Path data = temporary.resolve("stale");
        PostgresServer.init(binaries, data);
        Files.writeString(
                data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n" + data + "\n");

        // When
        try (PostgresServer server = PostgresServer.start(binaries, data, freePort(), Map.of())) {

            // Then
            assertThat(server.process().isAlive()).isTrue();
        }
        assertThat(Files.exists(data.resolve("postmaster.pid"))).isFalse();
    }

    @Test
    void saysWhyItDoesNotStart() throws Exception {
        PostgresBinaries binaries = PostgresBinaries.in(temporary);
        Path data = temporary.resolve("wrong");
        PostgresServer.init(binaries, data);
        int port = freePort();
        Map<String, String> settings = Map.of("shared_buffers", "nonsense");
        assertThatThrownBy(() -> PostgresServer.start(binaries, data, port, settings))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("PostgreSQL did not start: FATAL:")
                .hasMessageContaining("shared_buffers");
    }

    private static Process startInNamespace(Path data, int port) throws Exception {
        Files.createDirectories(data.getParent());
        Process process =
                new ProcessBuilder(
                                List.of(
                                        "unshare",
                                        "--mount",
                                        "--pid",
                                        "--fork",
                                        "--kill-child",
                                        "--mount-proc",
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx192m",
                                        "-XX:TieredStopAtLevel=1",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        InstanceDatabase.class.getName(),
                                        temporary.toString(),
                                        data.toString(),
                                        Integer.toString(port)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).startsWith("ready as ");
        return process;
    }

    /** As a dying server does: the first process of the namespace takes all others with it. */
    private static void kill(Process unshare) throws InterruptedException {
        unshare.destroyForcibly();
        assertThat(unshare.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
