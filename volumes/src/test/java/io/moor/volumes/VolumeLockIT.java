package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lock among processes, and after the death of one. */
class VolumeLockIT {

    private static final int TIMES = 300;

    private Sandbox sandbox;

    @BeforeEach
    void openSandbox() throws Exception {
        sandbox = new Sandbox();
    }

    @AfterEach
    void closeSandbox() throws Exception {
        sandbox.close();
    }

    @Test
    void processesTakeTurnsAndNoneIsLost() throws Exception {
        // Given
        Path root = Files.createDirectory(sandbox.path("shared storage"));
        Path counter = Files.writeString(sandbox.path("counter"), "0");
        List<Process> others = new ArrayList<>();

        // When
        for (int number = 0; number < 2; number++) {
            others.add(contender(root, counter, TIMES));
        }
        LockContender.count(root, counter, TIMES);

        // Then
        for (Process other : others) {
            assertThat(other.waitFor()).isZero();
        }
        assertThat(counter).hasContent(Integer.toString(3 * TIMES));
    }

    @Test
    void theKernelTakesItBackFromAProcessThatWasKilled() throws Exception {
        // Given
        Path root = Files.createDirectory(sandbox.path("shared storage"));
        Path counter = Files.writeString(sandbox.path("counter"), "0");
        Process other = contender(root, counter, Integer.MAX_VALUE);
        while (Files.readString(counter).isEmpty() || Files.readString(counter).equals("0")) {
            assertThat(other.isAlive()).isTrue();
        }

        // When
        other.destroyForcibly().waitFor();

        // Then
        VolumeLock.acquire(new VolumeFiles(root), new VolumeId("data")).close();
    }

    private Process contender(Path root, Path counter, int times) throws Exception {
        return sandbox.start(
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LockContender.class.getName(),
                                root.toString(),
                                counter.toString(),
                                Integer.toString(times))
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
    }
}
