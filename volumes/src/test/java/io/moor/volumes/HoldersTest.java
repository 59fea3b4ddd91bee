package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class HoldersTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Holders.Findings NOBODY = new Holders.Findings(List.of(), true);

    @TempDir Path directory;

    @Test
    void namesAnOpenFileAlsoWhenItWasRemoved() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("open"), "content");
        try (InputStream _ = Files.newInputStream(file)) {
            Files.delete(file);

            // Then
            assertThat(Holders.of(directory, LIMIT).holders())
                    .singleElement()
                    .satisfies(holder -> {
                        assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
                        assertThat(holder.how()).isEqualTo("has " + file + " (deleted) open");
                    });
        }
        assertThat(Holders.of(directory, LIMIT)).isEqualTo(NOBODY);
    }

    @Test
    void aNameThatOnlyBeginsAlikeIsSomethingElse() throws Exception {
        // Given
        Path volume = Files.createDirectory(directory.resolve("data"));
        Path other = Files.writeString(directory.resolve("data2"), "content");

        // When
        try (FileChannel _ = FileChannel.open(other)) {
            // Then
            assertThat(Holders.of(volume, LIMIT)).isEqualTo(NOBODY);
        }
    }

    @Test
    void saysWhenItWasCutShort() {
        assertThat(Holders.of(directory, Duration.ZERO).complete()).isFalse();
    }
}
