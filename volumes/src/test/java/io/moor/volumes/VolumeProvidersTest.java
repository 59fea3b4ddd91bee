package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class VolumeProvidersTest {

    @TempDir Path directory;

    @Test
    void opensEveryTypeItNamesAndCreatesTheRoot() throws Exception {
        for (String type : VolumeProviders.TYPES) {
            Path root = directory.resolve("new").resolve(type);
            assertThat(VolumeProviders.open(type, root).type()).isEqualTo(type);
            assertThat(root).isEmptyDirectory();
        }
    }

    @Test
    void namesTheKnownTypes() {
        assertThatThrownBy(() -> VolumeProviders.open("floppy", directory))
                .isInstanceOf(VolumeException.class)
                .hasMessage("there is no volume provider 'floppy': use one of directory, image");
    }

    @Test
    void refusesARootThatIsNoDirectory() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("file"), "");

        // When, Then
        assertThatThrownBy(() -> VolumeProviders.open("image", file))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("volumes cannot be kept in '" + file + "'")
                .hasMessageContaining("exists and is not a directory");
    }

    @Test
    void refusesARootThatCannotBeWrittenTo() {
        assertThatThrownBy(() -> VolumeProviders.open("image", Path.of("/proc/sys")))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("must be a directory that this user may write to");
    }

    @Test
    void readsTheCapabilityToMount() {
        assertThat(Privileges.includesSysAdmin("000001fffeffffff")).isTrue();
        assertThat(Privileges.includesSysAdmin("0000000000000000")).isFalse();
        assertThat(Privileges.includesSysAdmin("00000000a80425fb")).isFalse();
    }
}
