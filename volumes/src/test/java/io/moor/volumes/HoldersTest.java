package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

class HoldersTest {

    @TempDir Path directory;

    @Test
    void namesAnOpenFileAlsoWhenItWasRemoved() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("open"), "content");
        try (InputStream _ = Files.newInputStream(file)) {
            Files.delete(file);

            // Then
            assertThat(Holders.of(directory))
                    .singleElement()
                    .satisfies(holder -> {
                        assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
                        assertThat(holder.how()).isEqualTo("has " + file + " (deleted) open");
                    });
        }
        assertThat(Holders.of(directory)).isEmpty();
    }

    @Test
    void aNameThatOnlyBeginsAlikeIsSomethingElse() throws Exception {
        // Given
        Path volume = Files.createDirectory(directory.resolve("data"));
        Path other = Files.writeString(directory.resolve("data2"), "content");

        // When
        try (FileChannel _ = FileChannel.open(other)) {
            // Then
            assertThat(Holders.of(volume)).isEmpty();
        }
    }
}
