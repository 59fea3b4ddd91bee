package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;

class DirectoryProviderSymlinkIT extends VolumeProviderContract {

    @Override
    VolumeProvider open(Path root, Duration patience) throws VolumeException {
        return VolumeProviders.open("directory", root, MountMethod.SYMLINK, patience);
    }

    @Override
    String how() {
        return "symlink";
    }

    @Override
    boolean canBeReadOnly() {
        return false;
    }

    @Override
    Path dataOf(Path root, VolumeId id) {
        return root.resolve(id.value());
    }

    @Test
    void isNotReleasedWithoutALinkWhileAFileIsOpen() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));
        Path file = Files.writeString(at("data").resolve("file"), "open");
        Process holder =
                sandbox().start(new ProcessBuilder("sleep", "600").redirectInput(file.toFile()));
        Files.delete(at("data"));

        // When, Then
        for (Path path : List.of(at("data"), at("elsewhere"))) {
            assertThatThrownBy(() -> provider().detach(DATA, path))
                    .hasMessageContaining("is busy: process " + holder.pid() + " (sleep) has ");
        }
        holder.destroyForcibly().waitFor();
        provider().detach(DATA, at("data"));
        assertThat(Files.exists(new VolumeFiles(root()).link(DATA))).isFalse();
    }

    @Test
    void nobodyCanOpenAFileByTheLinkDuringTheSearch() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("data")));
        Path file = Files.writeString(at("data").resolve("file"), "open");
        Process holder =
                sandbox().start(new ProcessBuilder("sleep", "600").redirectInput(file.toFile()));
        FileTime before = Files.getLastModifiedTime(at("data"), LinkOption.NOFOLLOW_LINKS);

        // When
        assertThatThrownBy(() -> provider().detach(DATA, at("data")))
                .hasMessageContaining("process " + holder.pid());

        // Then: the link is another one, so the first was gone before the search
        assertThat(Files.getLastModifiedTime(at("data"), LinkOption.NOFOLLOW_LINKS))
                .isGreaterThan(before);
    }

    @Test
    void aNewerEpochDoesNotWaitForTheLinkOfADeadInstance() throws Exception {
        // Given
        createData();
        provider().attach(request(1, at("dead")));

        // When
        provider().attach(request(2, at("data")));

        // Then
        assertThat(provider().attachedAt(DATA, at("data"))).isTrue();
        provider().detach(DATA, at("dead"));
        assertThat(at("dead")).doesNotExist();
        assertThat(provider().attachedAt(DATA, at("data"))).isTrue();
        provider().detach(DATA, at("data"));
        assertThat(Files.exists(new VolumeFiles(root()).link(DATA))).isFalse();
    }
}
