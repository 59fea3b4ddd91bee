package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.ShipperException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class StateLockTest {

    @TempDir Path directory;

    @Test
    void canBeTakenAfterAnAttemptThatFailed() throws Exception {
        Path lock = Files.createDirectory(directory.resolve("lock"));
        assertThatThrownBy(() -> StateLock.take(directory))
                .isInstanceOf(ShipperException.class)
                .hasMessageContaining("cannot be written");
        Files.delete(lock);

        try (StateLock taken = StateLock.take(directory)) {
            assertThat(taken).isNotNull();
            assertThatThrownBy(() -> StateLock.take(directory))
                    .hasMessageContaining("another shipper");
        }
        StateLock.take(directory).close();
    }

    @Test
    void saysWhatIsWrongWithTheDirectory() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> StateLock.take(file))
                .hasMessageContaining(file + " is not a directory")
                .hasMessageContaining("choose another");
        assertThatThrownBy(() -> StateLock.take(Path.of("/proc/none")))
                .hasMessageContaining("there is no place for /proc/none");
    }
}
