package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** Starts and ends of a stack in this JVM. */
class StackLifeIT {

    /** Shared, because a first start takes some seconds; each test leaves it stopped. */
    @TempDir private static Path directory;

    @Test
    void aRestartKeepsDataPortsAndCredentials() throws Exception {
        // Given
        StackEndpoints first;
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(directory))) {
            first = stack.endpoints();
            new Probe(first).leave("before");
        }
        assertThat(Files.exists(directory.resolve("endpoints.env"))).isFalse();

        // When
        long begin = System.nanoTime();
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(directory))) {
            Duration took = Duration.ofNanos(System.nanoTime() - begin);

            // Then
            assertThat(took).isLessThan(Duration.ofSeconds(10));
            assertThat(stack.endpoints()).isEqualTo(first);
            new Probe(first).find("before");
            new Probe(first).leave("after");
            new Probe(first).find("before", "after");
        }
    }

    @Test
    void aKilledPostgresIsStartedAgainWithItsData() throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(directory))) {
            // Given
            Probe probe = new Probe(stack.endpoints());
            probe.leave("before-kill");
            Process killed = stack.postgres().process();

            // When
            killed.destroyForcibly();

            // Then
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            !stack.postgres().process().equals(killed)
                                    && stack.postgres().process().isAlive());
            probe.find("before-kill");
        }
    }

    @Test
    void closingLeavesNoProcessAndMayBeRepeated() {
        // Given
        EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(directory));
        PostgresProcesses processes =
                PostgresProcesses.of(PostgresBinaries.in(directory), directory.resolve("postgres"));
        assertThat(processes.find()).isNotEmpty();

        // When
        stack.close();
        stack.close();

        // Then
        assertThat(processes.find()).isEmpty();
        assertThat(stack.postgres().process().isAlive()).isFalse();
    }

    @Test
    void aSecondStackOnTheSameDirectoryIsRefused() {
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(directory))) {
            assertThat(stack.endpoints().kafka()).startsWith("127.0.0.1:");
            assertThatThrownBy(() -> EmbeddedStack.start(StackOptions.in(directory)))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("Another stack is running in " + directory);

            // Also by another process, and also after this one has tried
            StackControl control = StackControl.of(directory);
            assertThatThrownBy(control::start)
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("Another stack is running in " + directory);
            assertThatThrownBy(control::stop)
                    .hasMessageContaining("Another stack is running in " + directory);
        }
    }

    @Test
    void aPortInUseIsNamedWithItsOption(@TempDir Path directory) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            StackOptions options = StackOptions.in(directory).withKafkaPort(port);
            assertThatThrownBy(() -> EmbeddedStack.start(options))
                    .isInstanceOf(StackException.class)
                    .hasMessage(
                            "Port %d (--kafka-port) is in use; free it or choose another one",
                            port);
        }
        assertThat(
                        PostgresProcesses.of(
                                        PostgresBinaries.in(directory),
                                        directory.resolve("postgres"))
                                .find())
                .isEmpty();
    }

    @Test
    void aRememberedPortThatIsTakenIsReplaced(@TempDir Path directory) throws Exception {
        // Given

        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            new StackPorts(port, port, port, port).remember(directory.resolve("ports"));

            // When
            StackPorts chosen =
                    StackPorts.choose(StackOptions.in(directory), directory.resolve("ports"));

            // Then
            assertThat(
                            new int[] {
                                chosen.kafka(), chosen.controller(), chosen.postgres(), chosen.s3()
                            })
                    .doesNotContain(port)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void aHalfFinishedFirstStartIsDoneAgain(@TempDir Path directory) throws Exception {
        // Given: what kills during unpacking, initdb and formatting leave behind
        for (String name : new String[] {"postgres-18.6.new", "postgres.new", "kafka.new"}) {
            Files.createDirectories(directory.resolve(name).resolve("bin"));
            Files.writeString(directory.resolve(name).resolve("bin/postgres"), "half a file");
        }

        // When
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(directory))) {

            // Then
            new Probe(stack.endpoints()).leave("whole");
            new Probe(stack.endpoints()).find("whole");
        }
    }

    @Test
    void secretsAreReadableByTheOwnerOnly() throws Exception {
        try (EmbeddedStack stack = EmbeddedStack.start(StackOptions.in(directory))) {
            for (String name : new String[] {"endpoints.env", "s3.credentials"}) {
                assertThat(
                                PosixFilePermissions.toString(
                                        Files.getPosixFilePermissions(directory.resolve(name))))
                        .isEqualTo("rw-------");
            }
            assertThat(stack.endpoints().toString())
                    .doesNotContain(stack.endpoints().s3SecretKey());
            assertThat(Files.readAllLines(directory.resolve("endpoints.env")))
                    .containsExactly(
                            "MOOR_KAFKA=" + stack.endpoints().kafka(),
                            "MOOR_JDBC_URL=" + stack.endpoints().jdbcUrl(),
                            "MOOR_S3_ENDPOINT=" + stack.endpoints().s3Endpoint(),
                            "MOOR_S3_ACCESS_KEY=" + stack.endpoints().s3AccessKey(),
                            "MOOR_S3_SECRET_KEY=" + stack.endpoints().s3SecretKey());
        }
    }
}
