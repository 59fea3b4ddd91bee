package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts and ends of a stack in this JVM. */
class StackLifeIT {

    /** Shared, and running most of the time, because each start takes seconds. */
    @TempDir private static Path directory;

    private static Optional<EmbeddedStack> stack = Optional.empty();

    /** What kills during unpacking, initdb and formatting leave behind. */
    @BeforeAll
    static void leaveAHalfFinishedFirstStart() throws Exception {
        for (String name : new String[] {"postgres-18.6.new", "postgres.new", "kafka.new"}) {
            Files.createDirectories(directory.resolve(name).resolve("bin"));
            Files.writeString(directory.resolve(name).resolve("bin/postgres"), "half a file");
        }
    }

    @AfterAll
    static void stopped() {
        stack.ifPresent(EmbeddedStack::close);
        stack = Optional.empty();
    }

    private static EmbeddedStack running() {
        if (stack.isEmpty()) {
            stack = Optional.of(EmbeddedStack.start(StackOptions.in(directory)));
        }
        return stack.get();
    }

    private static PostgresProcesses processes() {
        return PostgresProcesses.of(
                PostgresBinaries.locate(directory), directory.resolve("postgres"));
    }

    @Test
    void aHalfFinishedFirstStartIsDoneAgain() throws Exception {
        // When
        Probe probe = new Probe(running().endpoints());

        // Then
        probe.leave("whole");
        probe.find("whole");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).noneMatch(file -> file.getFileName().toString().endsWith(".new"));
        }
    }

    @Test
    void aRestartKeepsDataPortsAndCredentials() throws Exception {
        // Given
        StackEndpoints first = running().endpoints();
        new Probe(first).leave("before");
        stopped();
        assertThat(Files.exists(directory.resolve("endpoints.env"))).isFalse();

        // When
        long begin = System.nanoTime();
        StackEndpoints second = running().endpoints();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        // Then
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        assertThat(second).isEqualTo(first);
        new Probe(first).find("before");
        new Probe(first).leave("after");
        new Probe(first).find("before", "after");
    }

    @Test
    void aKilledPostgresIsStartedAgainWithItsData() throws Exception {
        // Given
        EmbeddedStack stack = running();
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

    @Test
    void closingLeavesNoProcessAndMayBeRepeated() {
        // Given
        EmbeddedStack closing = running();
        assertThat(processes().find()).isNotEmpty();

        // When
        stopped();
        closing.close();

        // Then
        assertThat(processes().find()).isEmpty();
        assertThat(closing.postgres().process().isAlive()).isFalse();
    }

    /** As a test run does that somebody ends. */
    @Test
    void aJvmThatASignalEndsLeavesNoProcess() throws Exception {
        // Given
        stopped();
        Process holder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                StackHolder.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader lines = holder.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.lines().filter(line -> line.startsWith("ready at ")).findFirst())
                    .isPresent();
            assertThat(processes().find()).isNotEmpty();

            // When
            holder.destroy();

            // Then
            assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(processes().find()).isEmpty();
        } finally {
            holder.destroyForcibly();
            processes().killAll();
        }
    }

    @Test
    void aSecondStackOnTheSameDirectoryIsRefused() {
        assertThat(running().endpoints().kafka()).startsWith("127.0.0.1:");
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

    @Test
    void aPortInUseIsNamedWithItsOption() throws Exception {
        // Given
        stopped();

        // When, Then
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            StackOptions options = StackOptions.in(directory).withKafkaPort(port);
            assertThatThrownBy(() -> EmbeddedStack.start(options))
                    .isInstanceOf(StackException.class)
                    .hasMessage(
                            "Port %d (--kafka-port) is in use; free it or choose another one",
                            port);
        }
        assertThat(processes().find()).isEmpty();
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
    void secretsAreReadableByTheOwnerOnly() throws Exception {
        StackEndpoints endpoints = running().endpoints();
        for (String name : new String[] {"endpoints.env", "s3.credentials"}) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
        assertThat(endpoints.toString()).doesNotContain(endpoints.s3SecretKey());
        assertThat(Files.readAllLines(directory.resolve("endpoints.env")))
                .containsExactly(
                        "MOOR_KAFKA=" + endpoints.kafka(),
                        "MOOR_JDBC_URL=" + endpoints.jdbcUrl(),
                        "MOOR_S3_ENDPOINT=" + endpoints.s3Endpoint(),
                        "MOOR_S3_ACCESS_KEY=" + endpoints.s3AccessKey(),
                        "MOOR_S3_SECRET_KEY=" + endpoints.s3SecretKey());
    }
}
