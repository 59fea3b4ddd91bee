package io.moor.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Set;

class SlotChoiceTest {

    @Test
    void takesTheLowestFreeSlot() {
        assertThat(SlotChoice.decide(4, null, Map.of(0, "a", 2, "c"), Set.of()))
                .isEqualTo(new SlotChoice.Chosen(1));
    }

    @Test
    void passesOverASlotWhoseVolumeNobodyMayHave() {
        assertThat(SlotChoice.decide(3, null, Map.of(), Set.of(0)))
                .isEqualTo(new SlotChoice.Chosen(1));
    }

    @Test
    void givesTheSlotAskedForEvenWhenItsVolumeIsStuck() {
        assertThat(SlotChoice.decide(3, 0, Map.of(), Set.of(0)))
                .isEqualTo(new SlotChoice.Chosen(0));
    }

    @Test
    void namesTheHolderOfTheSlotAskedFor() {
        assertThat(SlotChoice.decide(3, 1, Map.of(1, "b"), Set.of()))
                .isEqualTo(new SlotChoice.AllHeld(Set.of(1)));
    }

    @Test
    void knowsOnlyTheSlotsOfTheGroup() {
        assertThat(SlotChoice.decide(3, 3, Map.of(), Set.of()))
                .isEqualTo(new SlotChoice.NoSuchSlot(3));
        assertThat(SlotChoice.decide(0, null, Map.of(), Set.of()))
                .isEqualTo(new SlotChoice.AllHeld(Set.of()));
    }
}
