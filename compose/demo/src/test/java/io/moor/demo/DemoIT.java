package io.moor.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./moor demo} as a user does, on one directory, and ends it in every unkind way. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {

    private static final Duration STORY_LIMIT = Duration.ofMinutes(4);
    private static final Path ROOT = Path.of(System.getProperty("moor.root"));

    @TempDir static Path parent;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatWasStarted() throws Exception {
        for (Process process : started) {
            process.destroyForcibly();
        }
        Children.sweep(data());
        Children.sweep(parent.resolve("unprivileged"));
    }

    @Test
    @Order(1)
    void everyClaimOfTheStoryHolds() throws Exception {
        // When
        Process demo = demo("--exit", "--output", "json");

        // Then
        assertThat(exitCode(demo)).as(log()).isZero();
        JsonNode proofs = new ObjectMapper().readTree(Files.readString(parent.resolve("out")));
        assertThat(proofs).hasSizeGreaterThan(8).allMatch(proof -> proof.path("held").asBoolean());
        assertNothingLeft();
    }

    @Test
    @Order(2)
    void aKilledStackEndsTheStoryAtOnceAndCleanly() throws Exception {
        // Given
        Process demo = demo("--exit");
        awaitNarration(demo, "Server A works");

        // When
        for (ProcessHandle process : processesNaming(data().resolve("stack").toString())) {
            process.destroyForcibly();
        }

        // Then
        assertThat(exitCode(demo)).isEqualTo(1);
        assertThat(log()).contains("the embedded stack ended unexpectedly").doesNotContain("\tat ");
        assertNothingLeft();
    }

    @Test
    @Order(3)
    void sigtermLeavesNothing() throws Exception {
        // Given
        Process demo = demo("--exit");
        awaitNarration(demo, "Server B takes over");

        // When
        demo.destroy();

        // Then
        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertNothingLeft();
    }

    @Test
    @Order(4)
    void sigtermInTheFirstSecondsLeavesNothing() throws Exception {
        // Given
        Process demo = demo("--exit");
        awaitNarration(demo, "The engines");

        // When
        demo.destroy();

        // Then
        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertNothingLeft();
    }

    @Test
    @Order(5)
    void theRunAfterASigkillCleansUpAndWorks() throws Exception {
        // Given
        Process killed = demo("--exit");
        awaitNarration(killed, "Server A works");
        killed.destroyForcibly();
        assertThat(killed.waitFor(10, TimeUnit.SECONDS)).isTrue();

        // When
        Process demo = demo("--exit");

        // Then
        assertThat(exitCode(demo)).as(log()).isZero();
        assertNothingLeft();
    }

    @Test
    @Order(6)
    void theStoryHoldsWithoutTheRightToMount() throws Exception {
        // When
        Process demo =
                launch(
                        List.of("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"),
                        List.of(
                                "demo",
                                "--exit",
                                "--data",
                                parent.resolve("unprivileged").toString()));

        // Then
        assertThat(exitCode(demo)).as(log()).isZero();
        assertThat(log()).contains("directories and symbolic links", "not shown here");
    }

    @Test
    @Order(7)
    void twoOnOneDirectoryAreRefused() throws Exception {
        // Given
        Process first = demo("--exit");
        awaitNarration(first, "The engines");

        // When
        Process second = demo("--exit");

        // Then
        assertThat(exitCode(second)).isEqualTo(1);
        assertThat(log()).contains("in use by another moor demo").doesNotContain("\tat ");
        first.destroy();
        assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aDirectoryThatIsAFileIsRefusedInOneLine() throws Exception {
        // Given
        Path file = Files.createTempFile(parent, "not", "directory");

        // When
        Process demo = launch(List.of(), List.of("demo", "--exit", "--data", file.toString()));

        // Then
        assertThat(exitCode(demo)).isEqualTo(1);
        assertThat(Files.readAllLines(parent.resolve("err-" + demo.pid())))
                .singleElement()
                .asString()
                .contains(file.toString(), "--data");
    }

    private static Path data() {
        return parent.resolve("demo data");
    }

    private Process demo(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("demo", "--data", data().toString()));
        arguments.addAll(List.of(options));
        return launch(List.of(), arguments);
    }

    private Process launch(List<String> wrapper, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.add(ROOT.resolve("moor").toString());
        command.addAll(arguments);
        Path err = Files.createTempFile(parent, "err", "");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(parent.resolve("out").toFile())
                        .redirectError(err.toFile())
                        .start();
        Files.createSymbolicLink(parent.resolve("err-" + process.pid()), err);
        started.add(process);
        return process;
    }

    /** The standard error of the process started last. */
    private String log() throws IOException {
        return Files.readString(parent.resolve("err-" + started.getLast().pid()));
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(STORY_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ended in time")
                .isTrue();
        return process.exitValue();
    }

    private void awaitNarration(Process demo, String text) {
        await().atMost(STORY_LIMIT)
                .until(() -> {
                    assertThat(demo.isAlive()).as(log()).isTrue();
                    return log().contains(text);
                });
    }

    private static void assertNothingLeft() throws IOException {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(processesNaming(data().toString())).isEmpty());
        assertThat(LoopDevices.of(data().toRealPath())).isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .doesNotContain(parent.getFileName().toString());
    }

    /** Living processes whose command line or mark names a path. */
    private static List<ProcessHandle> processesNaming(String path) {
        List<ProcessHandle> found = new ArrayList<>(Children.marked("MOOR_DEMO_HOME=" + path));
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> commandLine(process).contains(path))
                .forEach(found::add);
        return found;
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }
}
