package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.gateway.protocol.DrainOutcome;
import io.moor.volumes.VolumeException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class StateDirectoryTest {

    private static final DesiredAttachment GRANT =
            new DesiredAttachment(
                    "a",
                    "web-0-data-x2k4",
                    4,
                    "data",
                    "",
                    "image",
                    "/mnt",
                    false,
                    false,
                    DesiredAttachment.State.ATTACHED);

    @TempDir private Path directory;

    @Test
    void whatWasAttachedIsFoundByTheNextProcessUntilItIsGone() throws Exception {
        try (var state = StateDirectory.open(directory)) {
            assertThat(state.found()).isEmpty();
            state.remember(GRANT, Path.of("/srv/data"));
        }
        try (var state = StateDirectory.open(directory)) {
            assertThat(state.found())
                    .containsExactly(new Holding.Found(GRANT, Path.of("/srv/data"), ""));
            state.forget(GRANT.volume());
            assertThat(state.found()).isEmpty();
        }
    }

    @Test
    void nothingMayBeAttachedThatCannotBeRemembered() throws Exception {
        try (var state = StateDirectory.open(directory)) {
            Files.createFile(directory.resolve("mounts"));

            assertThatThrownBy(() -> state.remember(GRANT, Path.of("/srv/data")))
                    .isInstanceOf(VolumeException.class);
        }
    }

    @Test
    void finishedLogsAreKeptOverOrdersOfOneLifeOnly() {
        var logs =
                List.of(
                        new OriginLogs(
                                "vol.v",
                                List.of(
                                        new DrainOutcome.Stream(
                                                "k", "t", 4, 40, true, false, List.of())),
                                "fenced"));
        try (var state = StateDirectory.open(directory)) {
            assertThat(state.saveLogs("inc-1", logs)).isTrue();
        }
        try (var state = StateDirectory.open(directory)) {
            assertThat(state.savedLogs("inc-1")).isEqualTo(logs);
            assertThat(state.savedLogs("inc-2")).isEmpty();
        }
    }
}
