package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A stack in a process of its own: its life, its deaths, and what the command says. */
class StackControlIT {

    /** Shared, because a first start takes some seconds; each test leaves its stack stopped. */
    @TempDir private static Path temporary;

    private Path directory = temporary.resolve("stack");
    private StackControl control = StackControl.of(directory);

    @AfterEach
    void stop() {
        control.stop();
    }

    @Test
    void survivesKillsOfAllItsProcessesSeparatelyAndTogether() throws Exception {
        // Given
        StackEndpoints endpoints = control.start();
        Probe probe = new Probe(endpoints);
        probe.leave("one");

        // When: the JVM alone, PostgreSQL stays behind
        control.killServer();

        // Then
        assertThat(postgres().find()).isNotEmpty();
        assertThat(control.status().state()).isEqualTo(StackStatus.State.STOPPED);
        assertThat(control.start()).isEqualTo(endpoints);
        probe.find("one");
        probe.leave("two");

        // When: everything
        control.kill();

        // Then
        assertThat(postgres().find()).isEmpty();
        assertThat(control.start()).isEqualTo(endpoints);
        probe.find("one", "two");
        probe.leave("three");

        // When: the JVM, and nobody starts it again
        control.killServer();

        // Then
        assertThat(control.stop()).isTrue();
        assertThat(postgres().find()).isEmpty();
    }

    @Test
    void outlivesItsStarterAndStopsWithoutATrace() throws Exception {
        // Given
        assertThat(run("status"))
                .isEqualTo(
                        new Run(1, "directory  %s%nstate      stopped%n".formatted(directory), ""));

        // When
        Run started = run("start", "--output", "json");

        // Then
        StackStatus status = control.status();
        assertThat(started.exitCode()).isZero();
        assertThat(started.out()).contains("\"state\" : \"running\"", "\"kafka\" : \"127.0.0.1:");
        assertThat(started.out()).doesNotContain(secret());
        assertThat(session(status.pid())).isEqualTo(status.pid());
        assertThat(run("status").exitCode()).isZero();

        // When
        Run again = run("start");

        // Then
        assertThat(again.exitCode()).isZero();
        assertThat(again.err()).contains("already running");
        assertThat(control.status().pid()).isEqualTo(status.pid());

        // When
        Run stopped = run("stop");

        // Then
        assertThat(stopped.exitCode()).isZero();
        assertThat(Processes.isAlive(status.pid())).isFalse();
        assertThat(postgres().find()).isEmpty();
        assertThat(run("stop").exitCode()).isZero();
    }

    @Test
    void aStrangerWithTheOldNumberIsNeitherMistakenNorKilled() throws Exception {
        // Given: our file names a process that lives, but started at another time
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.createDirectories(directory);
            ProcessIdentity now = ProcessIdentity.of(stranger.pid());
            new ProcessIdentity(now.pid(), "1", now.boot()).write(directory.resolve("process"));

            // When, Then
            assertThat(control.status().state()).isEqualTo(StackStatus.State.STOPPED);
            assertThat(control.stop()).isFalse();
            assertThat(stranger.isAlive()).isTrue();
            assertThat(now.alive()).isEqualTo(Optional.of(stranger.toHandle()));
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void saysInOneLineWhyItDoesNotStart() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());
            assertThat(run("start", "--s3-port", port))
                    .isEqualTo(
                            new Run(
                                    1,
                                    "",
                                    "Port %s (--s3-port) is in use; free it or choose another one%n"
                                            .formatted(port)));
        }
        Files.writeString(temporary.resolve("file"), "in the way");
        directory = temporary.resolve("file/stack");
        Run blocked = run("start");
        assertThat(blocked.exitCode()).isEqualTo(1);
        assertThat(blocked.err().lines())
                .singleElement()
                .asString()
                .contains("Cannot use the directory " + directory);
    }

    @Test
    void wrongUsageIsCodeTwoAndOneLine() {
        assertThat(run("start", "--kafka-port", "70000").err())
                .isEqualTo(
                        "moor stack start: --kafka-port takes 1 to 65535, or 0 for a free port, not"
                                + " 70000; try 'moor stack start --help'\n");
        assertThat(run("start", "--kafka-port", "70000").exitCode()).isEqualTo(2);
        assertThat(run("begin").exitCode()).isEqualTo(2);
        assertThat(StackMain.run("stack")).isEqualTo(2);
        assertThat(StackMain.run("stack", "status")).isEqualTo(2);
    }

    @Test
    void aStopDuringTheStartLeavesNothing() throws Exception {
        // Given
        directory = temporary.resolve("interrupted");
        control = StackControl.of(directory);
        Thread starter =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                control.start();
                            } catch (StackException e) {
                                // Whether it failed or was ready just in time does not matter here.
                            }
                        });
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> control.status().state() != StackStatus.State.STOPPED);
        long pid = control.status().pid();

        // When
        control.stop();
        starter.join();
        control.stop();

        // Then
        assertThat(Processes.isAlive(pid)).isFalse();
        assertThat(postgres().find()).isEmpty();
    }

    private PostgresProcesses postgres() {
        return PostgresProcesses.of(
                PostgresBinaries.locate(directory), directory.resolve("postgres"));
    }

    private String secret() throws Exception {
        return StackEndpoints.fromEnvironment(
                        StackDirectory.read(directory.resolve("endpoints.env")))
                .s3SecretKey();
    }

    /** proc(5), /proc/PID/stat field 6. */
    private static long session(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3]);
    }

    private Run run(String command, String... options) {
        String[] arguments = new String[options.length + 4];
        arguments[0] = "stack";
        arguments[1] = command;
        arguments[2] = "--data";
        arguments[3] = directory.toString();
        System.arraycopy(options, 0, arguments, 4, options.length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode =
                StackMain.run(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        arguments);
        return new Run(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    private record Run(int exitCode, String out, String err) {}
}
