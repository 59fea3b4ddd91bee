package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class ProcessIdentityTest {

    @TempDir private Path directory;

    @Test
    void recognisesTheProcessItWasMadeOf() throws Exception {
        // Given
        Path file = directory.resolve("process");
        long pid = ProcessHandle.current().pid();
        ProcessIdentity.of(pid).write(file);

        // When, Then
        assertThat(ProcessIdentity.read(file).flatMap(ProcessIdentity::alive))
                .contains(ProcessHandle.current());
    }

    @Test
    void theSameNumberStartedAtAnotherTimeOrBootIsAnother() throws Exception {
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid());
        assertThat(new ProcessIdentity(self.pid(), self.started() + "1", self.boot()).alive())
                .isEmpty();
        assertThat(new ProcessIdentity(self.pid(), self.started(), "another boot").alive())
                .isEmpty();
    }

    @Test
    void aZombieHasEnded() throws Exception {
        // Given: a child that ended and whose parent, a stopped shell, has not looked
        Process parent = new ProcessBuilder("sh", "-c", "true & echo $!; kill -STOP $$").start();
        try {
            long child = Long.parseLong(parent.inputReader().readLine());

            // When, Then
            org.awaitility.Awaitility.await().until(() -> !Processes.isAlive(child));
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void aFileThatIsNotWholeNamesNobody() throws Exception {
        Path file = directory.resolve("process");
        assertThat(ProcessIdentity.read(file)).isEmpty();
        Files.writeString(file, "pid=12\n");
        assertThat(ProcessIdentity.read(file)).isEmpty();
    }
}
