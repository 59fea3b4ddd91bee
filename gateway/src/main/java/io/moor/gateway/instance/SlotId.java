package io.moor.gateway.instance;

/** A stable place in a group: {@code orders/0}. */
public record SlotId(String group, int index) {

    @Override
    public String toString() {
        return group + "/" + index;
    }
}
