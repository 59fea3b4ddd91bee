package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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

    /** One gateway for all tests; each has a group and instances of its own. */
    private static ControlPlane plane;

    @TempDir private static Path gatewayDirectory;

    private final StackEndpoints stack;
    private final String unique = UUID.randomUUID().toString().substring(0, 8);
    private final String topic = "logs-" + unique;
    private final String group = "web-" + unique;
    private final String first = "a-" + unique;
    private final String successor = "b-" + unique;
    @TempDir private Path directory;
    private Path mount;

    SidecarIT(StackEndpoints stack) {
        this.stack = stack;
    }

    @BeforeAll
    static void startGateway(StackEndpoints stack) throws Exception {
        assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                .as("mounting needs root")
                .isEqualTo(0);
        plane = ControlPlane.start(gatewayDirectory, stack.newDatabase("sidecar_it"));
    }

    @AfterAll
    static void stopGateway() {
        if (plane != null) {
            plane.close();
        }
    }

    @BeforeEach
    void applyGroup() throws Exception {
        mount = directory.resolve("mnt");
        var file =
                Files.writeString(
                        directory.resolve("group.yaml"),
                        """
                        group: %s
                        slots: 1
                        claims: [{name: data, provider: image, size: 32MiB}]
                        """
                                .formatted(group));
        plane.json("group", "apply", "-f", file.toString());
    }

    @AfterEach
    void cleanUp() throws Exception {
        if (mounted()) {
            new ProcessBuilder("umount", "-l", mount.toString()).inheritIO().start().waitFor();
        }
    }

    /** The volume of this test's slot, as the gateway shows it. */
    private JsonNode volume() throws IOException {
        for (JsonNode volume : plane.json("volume", "list")) {
            if (volume.path("group").asText().equals(group)) {
                return volume;
            }
        }
        throw new AssertionError("no volume of group " + group);
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
                group: %s
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
                                group,
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
                        first,
                        stack.kafka(),
                        "workload: {stop: [/bin/sh, -c, 'echo last >> %s/app.log; touch %s'], timeout: 10s}"
                                .formatted(mount, stopped));
        try (var sidecar = sidecar(config)) {
            awaitMounted(sidecar);
            write(mount.resolve("app.log"), "line ", 0, 100);
            awaitLines(topic, 100);
            awaitLines(topic + "-own", 20);
            var record = ShippedLines.of(stack.kafka(), topic).getFirst();
            var volume = volume().path("volume").asText();
            assertThat(record.key()).isEqualTo(group + "/0/-/app/" + volume + ":app.log");
            assertThat(ShippedLines.of(stack.kafka(), topic + "-own").getFirst().key())
                    .startsWith(group + "/0/" + first + "/own/");

            awaitShown("app", 100);
            awaitShown("own", 20);
            var shown = plane.moor("instance", "show", first).out();
            assertThat(shown).contains("COMMITTED-LINES", "OLDEST-UNSHIPPED-MS", "exactly-once");

            var drain = plane.moor("instance", "drain", first, "--wait", "--timeout", "40s");

            assertThat(drain.exitCode()).as(drain.out() + drain.err() + sidecar.err()).isZero();
            assertThat(drain.out()).contains("safe to destroy: yes");
            assertThat(Files.exists(stopped)).isTrue();
            assertThat(mounted()).isFalse();
            assertThat(ShippedLines.values(stack.kafka(), topic)).hasSize(101).endsWith("last");
            var receipt = plane.json("instance", "receipt", first);
            assertThat(receipt.path("streams")).hasSize(2);
            assertThat(sidecar.terminate()).isZero();
        }
    }

    /** Waits until the gateway shows that a source has so many lines, and nothing behind. */
    private void awaitShown(String source, int lines) {
        await().atMost(PATIENCE)
                .until(() -> {
                    for (JsonNode shipper :
                            plane.json("instance", "show", first).path("shippers")) {
                        for (JsonNode row : shipper.path("sources")) {
                            if (row.path("source").asText().equals(source)) {
                                return row.path("committedLines").asInt() == lines
                                        && row.path("behindBytes").asInt() == 0;
                            }
                        }
                    }
                    return false;
                });
    }

    @Test
    void aKilledSidecarContinuesWhereItWas() throws Exception {
        var config = config(first, stack.kafka(), "");
        var log = mount.resolve("app.log");
        try (var killed = sidecar(config)) {
            awaitMounted(killed);
            write(log, "line ", 0, 500);
            awaitLines(topic, 500);
            write(log, "line ", 500, 600);
            killed.kill();
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
            var drain = plane.moor("instance", "drain", first, "--wait", "--timeout", "40s");
            assertThat(drain.exitCode()).as(drain.out() + third.err()).isZero();
        }
    }

    @Test
    void theVolumeFollowsToTheNextInstanceAfterADeath() throws Exception {
        try (var a = sidecar(config(first, stack.kafka(), ""))) {
            awaitMounted(a);
            write(mount.resolve("app.log"), "line ", 0, 50);
            awaitLines(topic, 50);
            write(mount.resolve("app.log"), "line ", 50, 60);
            a.kill();
        }
        new ProcessBuilder("umount", mount.toString()).inheritIO().start().waitFor();

        var waiting = sidecar(config(successor, stack.kafka(), ""));
        try (waiting) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(waiting.err()).contains("cannot join yet", first));
            plane.json("event", "send", "--terminated", first, "--reason", "it was killed");

            awaitMounted(waiting);
            awaitLines(topic, 60);
            ShippedLines.assertGapless(ShippedLines.of(stack.kafka(), topic));
            var volume = volume();
            assertThat(volume.path("attachment").path("epoch").asLong()).isEqualTo(2);
            assertThat(volume.path("attachment").path("proof").path("kind").asText())
                    .isEqualTo("TERMINATED");
            var drain = plane.moor("instance", "drain", successor, "--wait", "--timeout", "40s");
            assertThat(drain.exitCode()).as(drain.out() + waiting.err()).isZero();
        }
    }

    @Test
    void aDismissedSidecarLetsGoAndSaysSo() throws Exception {
        try (var sidecar = sidecar(config(first, stack.kafka(), ""))) {
            awaitMounted(sidecar);

            plane.json("event", "send", "--terminated", first);

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
                        first,
                        stack.kafka(),
                        "workload: {stop: [touch, %s], timeout: 10s}".formatted(stopped));
        try (var killed = sidecar(config)) {
            awaitMounted(killed);
            killed.kill();
        }
        plane.json("event", "send", "--terminated", first);
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
        try (var sidecar = sidecar(config(first, nobody, ""))) {
            awaitMounted(sidecar);
            write(mount.resolve("app.log"), "line ", 0, 5);

            var drain = plane.moor("instance", "drain", first, "--wait", "--timeout", "6s");

            assertThat(drain.exitCode()).as(drain.out() + drain.err()).isEqualTo(3);
            assertThat(drain.out()).contains("safe to destroy: NO", "are not finished");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(mounted()).isFalse());
        }
    }

    @Test
    void aWrongTokenIsOneLineAndOne() throws Exception {
        Files.writeString(directory.resolve("join-token"), "wrong\n");
        try (var sidecar = sidecar(config(first, stack.kafka(), ""))) {
            assertThat(sidecar.exitCode()).isEqualTo(1);
            assertThat(sidecar.err().lines().filter(line -> !line.contains(" INFO ")))
                    .singleElement()
                    .asString()
                    .contains(
                            "does not let %s join group %s".formatted(first, group),
                            "moor group join-token " + group)
                    .doesNotContain("wrong");
        }
    }

    @Test
    void aWrongConfigurationIsTwo() throws Exception {
        var config = config(first, stack.kafka(), "slto: 0");
        try (var sidecar = sidecar(config)) {
            assertThat(sidecar.exitCode()).isEqualTo(2);
            assertThat(sidecar.err())
                    .contains(
                            "unknown key 'slto' in %s.yaml; did you mean 'slot'?".formatted(first))
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
        var config = config(first, stack.kafka(), "");
        try (var running = sidecar(config)) {
            awaitMounted(running);
            try (var second =
                    Program.start(directory, "second", "sidecar", "--config", config.toString())) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err()).contains("another sidecar uses the state directory");
            }
        }
    }
}
