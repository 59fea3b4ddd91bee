package io.moor.shipper.engine;

/**
 * Leaves the loop from the middle of a wait: the shipper is closed, or its drain ran out of time.
 */
final class EngineStop extends Exception {

    private final Why why;

    EngineStop(Why why) {
        super(why.name(), null, false, false);
        this.why = why;
    }

    Why why() {
        return why;
    }

    enum Why {
        CLOSED,
        DRAIN_TIME_IS_UP
    }
}
