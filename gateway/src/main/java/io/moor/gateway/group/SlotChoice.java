package io.moor.gateway.group;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Set;

/** Which slot an instance gets. Pure: decides, changes nothing. */
public sealed interface SlotChoice {

    /** This one. */
    record Chosen(int index) implements SlotChoice {}

    /** The group has no such slot. */
    record NoSuchSlot(int asked) implements SlotChoice {}

    /** The slot asked for, or every slot, is filled. */
    record AllHeld(Set<Integer> slots) implements SlotChoice {}

    /**
     * @param slots how many slots the group has
     * @param asked the slot asked for; null for the lowest free one
     * @param holders who fills which slot; a holder whose lease expired still fills it
     * @param stuck slots with a volume that nobody may have now (quarantined); taken only when
     *     asked for
     */
    static SlotChoice decide(
            int slots, @Nullable Integer asked, Map<Integer, String> holders, Set<Integer> stuck) {
        if (asked != null) {
            if (asked < 0 || asked >= slots) {
                return new NoSuchSlot(asked);
            }
            return holders.containsKey(asked) ? new AllHeld(Set.of(asked)) : new Chosen(asked);
        }
        for (int index = 0; index < slots; index++) {
            if (!holders.containsKey(index) && !stuck.contains(index)) {
                return new Chosen(index);
            }
        }
        return new AllHeld(holders.keySet());
    }
}
