package io.moor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code ./moor demo} as a user does. The first runs, all on one directory, are ended in every
 * unkind way; the last one must work as if nothing had happened. {@link DemoTortureIT} does the
 * same at many more moments.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {

    @TempDir static Path parent;

    private DemoRuns runs = new DemoRuns(parent, "demo data");

    @AfterEach
    void endWhatWasStarted() {
        runs.close();
    }

    @Test
    @Order(1)
    void aSecondOneOnTheDirectoryIsRefusedAndCtrlCEndsTheFirstWhileItStarts() throws Exception {
        // Given
        Process first = runs.startOnATerminal();
        runs.awaitTold(first, "The engines");

        // When
        Process second = runs.start();

        // Then
        assertThat(runs.exitCode(second)).isEqualTo(1);
        assertThat(runs.told(second))
                .contains("in use by another moor demo")
                .doesNotContain("\tat ");

        // When
        runs.ctrlC(first);

        // Then
        runs.awaitEnd(first);
        runs.assertNothingLeft();
    }

    @Test
    @Order(2)
    void aKilledStackEndsTheStoryAtOnceAlsoInARunThatCleansUpAfterASigkill() throws Exception {
        // Given
        Process killed = runs.start();
        runs.awaitTold(killed, "PostgreSQL on A takes orders");
        killed.destroyForcibly();
        assertThat(killed.waitFor(10, TimeUnit.SECONDS)).isTrue();

        // When
        Process demo = runs.start();
        runs.awaitTold(demo, "Server A works");
        runs.killStack();

        // Then
        assertThat(runs.exitCode(demo)).isEqualTo(1);
        assertThat(runs.told(demo))
                .contains("processes that an earlier run on this directory had left behind")
                .contains("the embedded stack ended unexpectedly")
                .doesNotContain("\tat ");
        runs.assertNothingLeft();
    }

    @Test
    @Order(3)
    void sigtermLeavesNothing() throws Exception {
        // Given
        Process demo = runs.start();
        runs.awaitTold(demo, "Server B takes over");

        // When
        demo.destroy();

        // Then
        runs.awaitEnd(demo);
        runs.assertNothingLeft();
    }

    /**
     * Two at the same time want the same port for their gateways, and must not take each other's
     * for their own.
     */
    @Test
    @Order(4)
    void everyClaimHoldsOnThatDirectoryAndAtTheSameTimeWithoutTheRightToMount() throws Exception {
        try (DemoRuns unprivileged =
                new DemoRuns(Files.createDirectory(parent.resolve("u")), "d")) {
            // When
            Process withoutMounts =
                    unprivileged.startWith(
                            List.of(
                                    "setpriv",
                                    "--bounding-set=-sys_admin",
                                    "--inh-caps=-sys_admin"));
            Process demo = runs.start("--output", "json");

            // Then
            assertThat(runs.exitCode(demo)).as(runs.told(demo)).isZero();
            JsonNode proofs = new ObjectMapper().readTree(runs.output());
            assertThat(proofs)
                    .hasSizeGreaterThan(8)
                    .allMatch(proof -> proof.path("held").asBoolean());
            assertThat(unprivileged.exitCode(withoutMounts))
                    .as(unprivileged.told(withoutMounts))
                    .isZero();
            assertThat(unprivileged.told(withoutMounts))
                    .contains("directories and symbolic links", "not shown here");
            unprivileged.assertNothingLeft();
            runs.assertNothingLeft();
        }
    }

    @Test
    void aDirectoryThatIsAFileIsRefusedInOneLine() throws Exception {
        // Given
        runs = new DemoRuns(parent, "no directory");
        Files.createFile(runs.data());

        // When
        Process demo = runs.start();

        // Then
        assertThat(runs.exitCode(demo)).isEqualTo(1);
        assertThat(runs.told(demo).lines())
                .singleElement()
                .asString()
                .contains(runs.data().toString(), "--data");
    }
}
