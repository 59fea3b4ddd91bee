package io.moor.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.moor.gateway.sidecar.ControlPlane;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The operator's commands against a real gateway. */
@ExtendWith(EmbeddedStackExtension.class)
class MoorIT {

    @TempDir private static Path directory;
    private static ControlPlane plane;

    @BeforeAll
    static void start(StackEndpoints stack) throws IOException {
        plane = ControlPlane.start(directory.resolve("gateway"), stack.newDatabase("moor_cli"));
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    private static Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void groupsFromTheFileToTheToken() throws Exception {
        var file =
                file(
                        "group.yaml",
                        """
                        group: shop
                        slots: 2
                        claims: [{name: data, provider: directory, size: 1MiB}]
                        """);

        assertThat(plane.moor("group", "apply", "-f", file.toString()).exitCode()).isZero();

        assertThat(plane.moor("group", "list").out()).contains("GROUP", "shop");
        assertThat(plane.json("group", "show", "shop").at("/claims/0/sizeBytes").asLong())
                .isEqualTo(1 << 20);
        var token = plane.moor("group", "join-token", "shop");
        assertThat(token.out().strip()).isNotEmpty().doesNotContain(" ", "\n");
        assertThat(plane.moor("group", "delete", "shop").exitCode()).isZero();
        assertThat(plane.moor("group", "show", "shop"))
                .satisfies(gone -> {
                    assertThat(gone.exitCode()).isEqualTo(1);
                    assertThat(gone.err().lines()).hasSize(1);
                });
    }

    @Test
    void aWrongGroupFileIsTwoWithItsLines() throws Exception {
        var file = file("wrong.yaml", "group: shop\nslot: 2\n");

        var run = plane.moor("group", "apply", "-f", file.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err().lines())
                .containsExactly(
                        file + ":1: missing key 'slots' in wrong.yaml; add it",
                        file + ":2: unknown key 'slot' in wrong.yaml; did you mean 'slots'?");
    }

    @Test
    void volumesFromCreationToDeletion() throws Exception {
        var made =
                plane.json(
                        "volume", "create", "scratch", "--provider", "directory", "--size", "1MiB");
        var volume = made.path("volume").asText();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(plane.json("volume", "show", volume).path("state").asText())
                                .isEqualTo("AVAILABLE"));
        assertThat(plane.moor("volume", "list").out()).contains("SIZE-BYTES", volume, "1048576");
        var nobody = plane.moor("volume", "attach", volume, "i-none", "--path", "/srv/x");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err().lines()).hasSize(1);
        var loose = plane.moor("volume", "detach", volume);
        assertThat(loose.err()).contains("is not attached");
        assertThat(plane.moor("volume", "detach", volume, "--evict").exitCode()).isEqualTo(2);
        assertThat(plane.moor("volume", "delete", volume).exitCode()).isZero();
    }

    @Test
    void eventsInAndTheLogOfChanges() throws Exception {
        var sent = plane.json("event", "send", "--terminated", "i-gone", "--reason", "test");
        assertThat(sent.path("result").asText()).isEqualTo("IGNORED");
        var event =
                file(
                        "event.json",
                        """
                        {"specversion": "1.0", "id": "e1", "source": "test",
                         "type": "io.moor.instance.terminated", "subject": "i-other"}
                        """);
        plane.json("event", "send", event.toString());
        assertThat(plane.json("event", "send", event.toString()).path("result").asText())
                .isEqualTo("DUPLICATE");
        assertThat(plane.moor("event", "list").out()).contains("AT", "event.received");
        var broken = file("broken.json", "{");
        assertThat(plane.moor("event", "send", broken.toString()).exitCode()).isEqualTo(2);
    }

    @Test
    void instancesThatDoNotExist() {
        assertThat(plane.moor("instance", "list").exitCode()).isZero();
        var receipt = plane.moor("instance", "receipt", "i-none");
        assertThat(receipt.exitCode()).isEqualTo(1);
        assertThat(receipt.err()).contains("there is no receipt of i-none");
        assertThat(plane.moor("instance", "drain", "i-none", "--wait").err().lines()).hasSize(1);
    }

    @Test
    void aGatewayThatIsNotThereIsOneLine() {
        var run =
                CommandLineRun.of(
                        "instance",
                        "list",
                        "--gateway",
                        "http://127.0.0.1:1",
                        "--token-file",
                        plane.tokenFile().toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("http://127.0.0.1:1 cannot be reached", "MOOR_GATEWAY");
    }

    @Test
    void aWrongTokenIsOneLineWithoutTheToken() throws Exception {
        var token = file("wrong-token", "not-the-operators-token\n");

        var run =
                CommandLineRun.of(
                        "volume",
                        "list",
                        "--gateway",
                        plane.address().toString(),
                        "--token-file",
                        token.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("--token-file or MOOR_TOKEN")
                .doesNotContain("not-the-operators");
    }

    @Test
    void helpNamesEveryCommand() {
        var help = CommandLineRun.of("--help");

        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("gateway", "sidecar", "ship", "logs", "volume", "group", "instance")
                .contains("demo", "dev", "stack")
                .doesNotContain("snapshot");
        assertThat(CommandLineRun.of("volume", "frobnicate").exitCode()).isEqualTo(2);
    }
}
