package io.moor.shipper;

import io.moor.shipper.engine.ShipperEngine;

/** Starts shippers. */
public final class Shippers {

    private Shippers() {}

    /**
     * Starts shipping: takes the lock in the state directory, reaches Kafka, creates missing topics
     * (at this first start only), fences the previous shipper of the origin and continues at its
     * byte. Blocks until that is done, at most about 10 s when Kafka does not answer, and about 30
     * s when another producer's open transaction hides our checkpoints.
     *
     * @return a running shipper; the caller closes it
     * @throws ShipperException when it cannot start; the message says what to do
     */
    public static Shipper start(ShipperConfig config) throws ShipperException {
        return ShipperEngine.start(config);
    }
}
