package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** The meaning of e2fsck's exit codes, e2fsck(8). */
class FileSystemCheckTest {

    private static String verdict(int exit) throws VolumeException {
        return FileSystemCheck.verdict(
                new VolumeId("data"),
                Path.of("/vol/data.img"),
                new CommandResult("e2fsck", exit, "said", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "0,clean",
        "1,repaired (e2fsck ended with 1: said)",
        "2,repaired (e2fsck ended with 2: said)",
        "3,repaired (e2fsck ended with 3: said)"
    })
    void usesWhatIsCleanOrRepaired(int exit, String words) throws Exception {
        assertThat(verdict(exit)).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 12})
    void refusesForGoodWhatIsLeftUncorrected(int exit) {
        assertThatThrownBy(() -> verdict(exit))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.isTransient()).isFalse())
                .hasMessageContaining("'e2fsck -f /vol/data.img' by hand");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 128, 137})
    void refusesForNowWhatCouldNotBeChecked(int exit) {
        assertThatThrownBy(() -> verdict(exit))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.isTransient()).isTrue())
                .hasMessageContaining("could not be checked: e2fsck ended with " + exit);
    }

    @Test
    void namesTheVolume() {
        assertThatThrownBy(() -> verdict(4)).hasMessageContaining("volume data is damaged");
    }
}
