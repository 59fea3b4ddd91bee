package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

class AbandonedStacksTest {

    @TempDir private Path temporary;

    @Test
    void removesOnlyWhatIsOldOursAndUnused() throws Exception {
        // Given
        Path abandoned = old("stack-abandoned");
        Path used = old("stack-used");
        Path foreign = old("foreign");
        Path young = Files.createDirectories(temporary.resolve("stack-young"));
        try (var _ = new StackDirectory(used).lock()) {
            age(used);

            // When
            AbandonedStacks.sweep(temporary, "stack-");
        }

        // Then
        assertThat(Files.exists(abandoned)).isFalse();
        assertThat(used).isDirectory();
        assertThat(foreign).isDirectory();
        assertThat(young).isDirectory();
    }

    private Path old(String name) throws Exception {
        Path directory = Files.createDirectories(temporary.resolve(name));
        Files.writeString(directory.resolve("ports"), "kafka=1");
        age(directory);
        return directory;
    }

    private static void age(Path directory) throws Exception {
        Files.setLastModifiedTime(
                directory, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }
}
