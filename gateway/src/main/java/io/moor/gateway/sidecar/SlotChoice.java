package io.moor.gateway.sidecar;

import org.jspecify.annotations.Nullable;

/**
 * Which slot to ask for.
 *
 * @param index the slot, or null for the lowest free one whose volumes can follow
 */
public record SlotChoice(@Nullable Integer index) {

    /**
     * @throws IllegalArgumentException when it is neither {@code auto} nor an index
     */
    public static SlotChoice parse(String text) {
        if (text.equals("auto")) {
            return new SlotChoice(null);
        }
        if (text.matches("\\d{1,6}")) {
            return new SlotChoice(Integer.valueOf(text));
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no slot; write auto, or its index: 0, 1, …");
    }

    @Override
    public String toString() {
        return index == null ? "auto" : index.toString();
    }
}
