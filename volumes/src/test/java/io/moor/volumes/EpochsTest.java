package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class EpochsTest {

    private static final VolumeId DATA = new VolumeId("data");

    @TempDir Path root;
    private Epochs epochs = new Epochs(new VolumeFiles(Path.of("/")));

    @BeforeEach
    void openRoot() {
        epochs = new Epochs(new VolumeFiles(root));
    }

    private static AttachRequest request(long epoch) {
        return new AttachRequest(DATA, epoch, Path.of("/srv/data"), AccessMode.RW, false);
    }

    @Test
    void growsAndNeverShrinks() throws Exception {
        // Given
        epochs.advance(request(5));
        epochs.advance(request(5));
        epochs.advance(request(9));

        // When, Then
        assertThatThrownBy(() -> epochs.advance(request(8)))
                .hasMessageContaining("a newer epoch 9 was seen");
        assertThat(epochs.newest(DATA)).isEqualTo(9);
        assertThat(root.resolve("data.epoch")).hasContent("9\n");
    }

    @Test
    void isZeroForAVolumeThatWasNeverAttached() throws Exception {
        assertThat(epochs.newest(DATA)).isZero();
    }

    @Test
    void refusesToGuessWhenTheRecordIsDamaged() throws Exception {
        // Given
        Files.writeString(root.resolve("data.epoch"), "");

        // When, Then
        assertThatThrownBy(() -> epochs.advance(request(8)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("does not hold an epoch");
    }
}
