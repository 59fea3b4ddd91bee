package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;

class DirectoryProviderSymlinkIT extends VolumeProviderContract {

    @Override
    VolumeProvider open(Path root) throws VolumeException {
        return VolumeProviders.open("directory", root, MountMethod.SYMLINK);
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
