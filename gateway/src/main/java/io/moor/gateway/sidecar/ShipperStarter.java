package io.moor.gateway.sidecar;

import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;

/** Starts a shipper; blocks until it runs. */
@FunctionalInterface
interface ShipperStarter {
    Shipper start(ShipperConfig config) throws ShipperException, InterruptedException;
}
