package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.RegisterResponse;
import io.moor.shipper.config.Secret;

/**
 * This instance's place in its group, after it registered.
 *
 * @param incarnation this life of the instance
 * @param slot index of the slot
 * @param token instance token
 * @param leaseTtlMs time to live of the lease, ms
 */
record Membership(String incarnation, int slot, Secret token, long leaseTtlMs) {

    static Membership of(RegisterResponse response) {
        return new Membership(
                response.incarnation(),
                response.slot(),
                Secret.parse(response.token()),
                response.leaseTtlMs());
    }
}
