package io.moor.gateway.cli;

import io.moor.shipper.config.ByteSize;
import io.moor.shipper.config.Default;

import java.util.List;

/**
 * A group file, as {@code moor group apply} reads it. The gateway checks the values.
 *
 * @param group name
 * @param slots how many instances it has
 * @param claims the volumes that each slot has
 */
record GroupFile(String group, int slots, @Default("[]") List<Claim> claims) {

    /**
     * @param name the role
     * @param provider a provider of the gateway's configuration
     * @param size size of each volume
     */
    record Claim(String name, String provider, ByteSize size) {}
}
