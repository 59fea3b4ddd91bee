package io.moor.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Ends the demo at moments all over the story, in every way there is, always on one directory. The
 * short version is {@link DemoIT}.
 */
@Tag("torture")
class DemoTortureIT {

    private static final int MOMENTS = 16;
    private static final long MILLISECONDS_BETWEEN_MOMENTS = 2_000;

    @TempDir Path parent;

    private DemoRuns runs;

    @BeforeEach
    void chooseDirectory() {
        runs = new DemoRuns(parent, "demo data");
    }

    @AfterEach
    void endWhatWasStarted() {
        runs.close();
    }

    @Test
    void threeInARowAndOneAfterTheStackWasKilled() throws Exception {
        for (int round = 0; round < 3; round++) {
            assertWorks();
        }

        // When
        Process demo = runs.start();
        runs.awaitTold(demo, "PostgreSQL on A takes orders");
        runs.killStack();

        // Then
        assertThat(runs.exitCode(demo)).isEqualTo(1);
        runs.assertNothingLeft();
        assertWorks();
    }

    @Test
    void ctrlCAtAnyMomentLeavesNothing() throws Exception {
        for (int moment = 0; moment < MOMENTS; moment++) {
            Process demo = runs.startOnATerminal();
            if (!endedBy(demo, moment)) {
                runs.ctrlC(demo);
                runs.awaitEnd(demo);
            }
            runs.assertNothingLeft();
        }
        assertWorks();
    }

    @Test
    void sigtermAtAnyMomentLeavesNothing() throws Exception {
        for (int moment = 0; moment < MOMENTS; moment++) {
            Process demo = runs.start();
            if (!endedBy(demo, moment)) {
                demo.destroy();
                runs.awaitEnd(demo);
            }
            runs.assertNothingLeft();
        }
        assertWorks();
    }

    @Test
    void theRunAfterASigkillAtAnyMomentCleansUpAndWorks() throws Exception {
        for (int moment = 0; moment < MOMENTS; moment += 2) {
            Process demo = runs.start();
            if (!endedBy(demo, moment)) {
                demo.destroyForcibly();
                runs.awaitEnd(demo);
            }
            assertWorks();
        }
    }

    /** Waits for a moment of the story, and says whether the run was at its end before. */
    private static boolean endedBy(Process demo, int moment) throws InterruptedException {
        return demo.waitFor(moment * MILLISECONDS_BETWEEN_MOMENTS + 500, TimeUnit.MILLISECONDS);
    }

    private void assertWorks() throws Exception {
        Process demo = runs.start();
        assertThat(runs.exitCode(demo)).as(runs.told(demo)).isZero();
        runs.assertNothingLeft();
    }
}
