package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;

/** A real sidecar against a real gateway, real Kafka and real mounts. */
@ExtendWith(EmbeddedStackExtension.class)
class SidecarIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StackEndpoints stack;
    private final String topic = "logs-" + UUID.randomUUID();
    private final String group = "web";
    @TempDir private Path directory;
    private ControlPlane plane;
    private Path mount;

    SidecarIT(StackEndpoints stack) {
        this.stack = stack;
    }

    @BeforeEach
    void startGateway() throws Exception {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("mounting needs root")
                .isEqualTo(0);
        mount = directory.resolve("mnt");
        plane =
                ControlPlane.start(
                        directory.resolve("gateway"),
                        stack.newDatabase(
                                "sidecar_" + UUID.randomUUID().toString().substring(0, 8)));
        var file =
                Files.writeString(
                        directory.resolve("group.yaml"),
                        """
                        group: web
                        slots: 1
                        claims: [{name: data, provider: image, size: 32MiB}]
                        """);
        plane.json("group", "apply", "-f", file.toString());
    }

    @AfterEach
    void cleanUp() throws Exception {
        plane.close();
        if (mounted()) {
            new ProcessBuilder("umount", "-l", mount.toString()).inheritIO().start().waitFor();
        }
    }

    private boolean mounted() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + mount + " ");
    }

    private Path config(String instance, String kafka, String extra) throws IOException {
        var token = directory.resolve("join-token");
        if (!Files.exists(token)) {
            Files.writeString(token, plane.moor("group", "join-token", group).out());
        }
        return Files.writeString(
                directory.resolve(instance + ".yaml"),
                """
                gateway: %s
                token: ${file:%s}
                instance: %s
                group: web
                state: %s
                kafka: {bootstrap.servers: "%s"}
                logs:
                  - {name: app, files: ["%s/*.log"], topic: %s}
                  - {name: own, files: ["%s/*.log"], topic: %s}
                volumes: [{claim: data, path: %s}]
                %s
                """
                        .formatted(
                                plane.address(),
                                token,
                                instance,
                                directory.resolve("state-" + instance),
                                kafka,
                                mount,
                                topic,
                                directory.resolve("own"),
                                topic + "-own",
                                mount,
                                extra));
    }

    private Program sidecar(Path config) throws IOException {
        return Program.start(directory, "sidecar", "sidecar", "--config", config.toString());
    }

    private void awaitMounted(Program sidecar) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    if (!sidecar.isAlive()) {
                        throw new IllegalStateException(sidecar.err());
                    }
                    assertThat(mounted()).as(sidecar.err()).isTrue();
                });
    }

    private void write(Path file, String prefix, int from, int to) throws IOException {
        Files.createDirectories(file.getParent());
        var lines = IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
        Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void awaitLines(String ofTopic, int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(ShippedLines.values(stack.kafka(), ofTopic)).hasSize(count));
    }

    @Test
    void takesAnInstanceThroughItsLife() throws Exception {
        write(directory.resolve("own/own.log"), "own ", 0, 20);
        var stopped = directory.resolve("stopped");
        var config =
                config(
                        "i-a",
                        stack.kafka(),
                        "workload: {stop: [/bin/sh, -c, 'echo last >> %s/app.log; touch %s'], timeout: 10s}"
                                .formatted(mount, stopped));
        try (var sidecar = sidecar(config)) {
            awaitMounted(sidecar);
            write(mount.resolve("app.log"), "line ", 0, 100);
            awaitLines(topic, 100);
            awaitLines(topic + "-own", 20);
            var record = ShippedLines.of(stack.kafka(), topic).getFirst();
            var volume = plane.json("volume", "list").path(0).path("volume").asText();
            assertThat(record.key()).isEqualTo("web/0/-/app/" + volume + ":app.log");
            assertThat(ShippedLines.of(stack.kafka(), topic + "-own").getFirst().key())
                    .startsWith("web/0/i-a/own/");

            var drain = plane.moor("instance", "drain", "i-a", "--wait", "--timeout", "40s");

            assertThat(drain.exitCode()).as(drain.out() + drain.err() + sidecar.err()).isZero();
            assertThat(drain.out()).contains("safe to destroy: yes");
            assertThat(Files.exists(stopped)).isTrue();
            assertThat(mounted()).isFalse();
            assertThat(ShippedLines.values(stack.kafka(), topic)).hasSize(101).endsWith("last");
            var receipt = plane.json("instance", "receipt", "i-a");
            assertThat(receipt.path("streams")).hasSize(2);
            assertThat(sidecar.terminate()).isZero();
        }
    }

    @Test
    void aKilledSidecarContinuesWhereItWas() throws Exception {
        var config = config("i-a", stack.kafka(), "");
        var log = mount.resolve("app.log");
        try (var first = sidecar(config)) {
            awaitMounted(first);
            write(log, "line ", 0, 500);
            awaitLines(topic, 500);
            write(log, "line ", 500, 600);
            first.kill();
        }
        assertThat(mounted()).isTrue();
        write(log, "line ", 600, 1000);
        plane.killAndRestart();
        try (var second = sidecar(config)) {
            awaitLines(topic, 1000);
            assertThat(second.err()).contains("volume attached");
            write(log, "line ", 1000, 1100);
            plane.killAndRestart();
            awaitLines(topic, 1100);
            ShippedLines.assertGapless(ShippedLines.of(stack.kafka(), topic));
            assertThat(ShippedLines.values(stack.kafka(), topic))
                    .isEqualTo(IntStream.range(0, 1100).mapToObj(i -> "line " + i).toList());

            assertThat(second.terminate()).isZero();
            assertThat(mounted()).as("a stopped sidecar leaves the mount").isTrue();
        }
        try (var third = sidecar(config)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(third.err()).contains("volume attached"));
            var drain = plane.moor("instance", "drain", "i-a", "--wait", "--timeout", "40s");
            assertThat(drain.exitCode()).as(drain.out() + third.err()).isZero();
        }
    }

    @Test
    void theVolumeFollowsToTheNextInstanceAfterADeath() throws Exception {
        try (var a = sidecar(config("i-a", stack.kafka(), ""))) {
            awaitMounted(a);
            write(mount.resolve("app.log"), "line ", 0, 50);
            awaitLines(topic, 50);
            write(mount.resolve("app.log"), "line ", 50, 60);
            a.kill();
        }
        new ProcessBuilder("umount", mount.toString()).inheritIO().start().waitFor();

        var waiting = sidecar(config("i-b", stack.kafka(), ""));
        try (waiting) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(waiting.err()).contains("cannot join yet", "i-a"));
            plane.json("event", "send", "--terminated", "i-a", "--reason", "it was killed");

            awaitMounted(waiting);
            awaitLines(topic, 60);
            ShippedLines.assertGapless(ShippedLines.of(stack.kafka(), topic));
            var volume = plane.json("volume", "list").path(0);
            assertThat(volume.path("attachment").path("epoch").asLong()).isEqualTo(2);
            assertThat(volume.path("attachment").path("proof").path("kind").asText())
                    .isEqualTo("TERMINATED");
            var drain = plane.moor("instance", "drain", "i-b", "--wait", "--timeout", "40s");
            assertThat(drain.exitCode()).as(drain.out() + waiting.err()).isZero();
        }
    }

    @Test
    void aDismissedSidecarLetsGoAndSaysSo() throws Exception {
        try (var sidecar = sidecar(config("i-a", stack.kafka(), ""))) {
            awaitMounted(sidecar);

            plane.json("event", "send", "--terminated", "i-a");

            assertThat(sidecar.exitCode()).isEqualTo(1);
            assertThat(mounted()).isFalse();
            assertThat(
                            sidecar.err()
                                    .lines()
                                    .filter(line -> line.contains("has ended this instance")))
                    .hasSize(1);
        }
    }

    @Test
    void theNextProcessOfAnEndedInstanceLetsGoOfWhatTheFirstAttached() throws Exception {
        var stopped = directory.resolve("stopped");
        var config =
                config(
                        "i-a",
                        stack.kafka(),
                        "workload: {stop: [touch, %s], timeout: 10s}".formatted(stopped));
        try (var first = sidecar(config)) {
            awaitMounted(first);
            first.kill();
        }
        plane.json("event", "send", "--terminated", "i-a");
        assertThat(mounted()).isTrue();

        try (var second = sidecar(config)) {
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("has ended this instance", "no volume is attached");
            assertThat(stopped).exists();
            assertThat(mounted()).isFalse();
        }
    }

    @Test
    void withoutKafkaVolumesStillComeAndADrainSaysWhatIsLeft() throws Exception {
        var nobody = "127.0.0.1:" + ControlPlane.freePort();
        try (var sidecar = sidecar(config("i-a", nobody, ""))) {
            awaitMounted(sidecar);
            write(mount.resolve("app.log"), "line ", 0, 5);

            var drain = plane.moor("instance", "drain", "i-a", "--wait", "--timeout", "6s");

            assertThat(drain.exitCode()).as(drain.out() + drain.err()).isEqualTo(3);
            assertThat(drain.out()).contains("safe to destroy: NO", "are not finished");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(mounted()).isFalse());
        }
    }

    @Test
    void aWrongTokenIsOneLineAndOne() throws Exception {
        Files.writeString(directory.resolve("join-token"), "wrong\n");
        try (var sidecar = sidecar(config("i-a", stack.kafka(), ""))) {
            assertThat(sidecar.exitCode()).isEqualTo(1);
            assertThat(sidecar.err().lines().filter(line -> !line.contains(" INFO ")))
                    .singleElement()
                    .asString()
                    .contains("does not let i-a join group web", "moor group join-token web")
                    .doesNotContain("wrong");
        }
    }

    @Test
    void aWrongConfigurationIsTwo() throws Exception {
        var config = config("i-a", stack.kafka(), "slto: 0");
        try (var sidecar = sidecar(config)) {
            assertThat(sidecar.exitCode()).isEqualTo(2);
            assertThat(sidecar.err())
                    .contains("unknown key 'slto' in i-a.yaml; did you mean 'slot'?")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void shipsWithoutAGateway() throws Exception {
        write(directory.resolve("own/own.log"), "own ", 0, 20);
        var config =
                Files.writeString(
                        directory.resolve("alone.yaml"),
                        """
                        instance: i-z
                        state: %s
                        kafka: {bootstrap.servers: "%s"}
                        logs: [{name: own, files: ["%s/*.log"], topic: %s}]
                        """
                                .formatted(
                                        directory.resolve("state-alone"),
                                        stack.kafka(),
                                        directory.resolve("own"),
                                        topic));
        try (var sidecar = sidecar(config)) {
            awaitLines(topic, 20);
            assertThat(ShippedLines.of(stack.kafka(), topic).getFirst().key())
                    .startsWith("-/-/i-z/own/");
            assertThat(sidecar.terminate()).isZero();
        }
    }

    @Test
    void twoSidecarsDoNotShareAState() throws Exception {
        var config = config("i-a", stack.kafka(), "");
        try (var first = sidecar(config)) {
            awaitMounted(first);
            try (var second =
                    Program.start(directory, "second", "sidecar", "--config", config.toString())) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err()).contains("another sidecar uses the state directory");
            }
        }
    }
}
