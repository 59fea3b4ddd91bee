package io.moor.shipper;

import io.moor.shipper.engine.ShipperEngine;
import io.moor.shipper.engine.WrittenSince;

import java.util.List;

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

    /**
     * What was written to the files of a shipper after it had drained: an application that nobody
     * stopped does that. Looks at the file system only, at sizes and names; blocks for one look.
     *
     * @param config the configuration of the shipper
     * @param report how it ended
     */
    public static List<DrainReport.Late> writtenSince(ShipperConfig config, DrainReport report) {
        return WrittenSince.look(config, report);
    }
}
