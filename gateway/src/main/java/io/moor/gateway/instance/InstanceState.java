package io.moor.gateway.instance;

/** Where an incarnation is in its life. */
public enum InstanceState {
    /** Fills its slot and may be given volumes. */
    ACTIVE,
    /** Is being taken off; fills its slot, gets nothing new. */
    DRAINING,
    /** Everything was taken off and verified; its slot is free. */
    DRAINED,
    /** Gone, by a lifecycle event or an operator's word; it never gets anything again (I6). */
    TERMINATED;

    public boolean fillsSlot() {
        return this == ACTIVE || this == DRAINING;
    }
}
