package io.moor.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.volumes.VolumeId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;

class GroupSpecTest {

    private static final Claim DATA = new Claim("data", "shared", 1 << 20);

    @ParameterizedTest
    @ValueSource(strings = {"", "UPPER", "-a", "a-", "a/b", "a b", "a_b"})
    void refusesNamesThatCannotBePartOfAVolumeId(String name) {
        assertThatThrownBy(() -> new GroupSpec(name, 1, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Claim(name, "shared", 1 << 20))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesImpossibleNumbers() {
        assertThatThrownBy(() -> new GroupSpec("g", -1, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GroupSpec("g", 1_001, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Claim("data", "shared", 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new GroupSpec("g", 1, Collections.nCopies(9, DATA)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesTwoClaimsOfOneName() {
        assertThatThrownBy(() -> new GroupSpec("g", 1, List.of(DATA, DATA)))
                .hasMessageContaining("'data'");
    }

    @Test
    void longestNamesStillMakeAVolumeId() {
        // Given
        var spec = new GroupSpec("g".repeat(32), 1_000, List.of());
        var claim = new Claim("c".repeat(16), "shared", 1 << 20);

        // When
        String id =
                "%s-%d-%s-%s".formatted(spec.group(), spec.slots() - 1, claim.name(), "a2b3c4d5");

        // Then
        assertThat(new VolumeId(id).value()).hasSizeLessThanOrEqualTo(63);
    }
}
