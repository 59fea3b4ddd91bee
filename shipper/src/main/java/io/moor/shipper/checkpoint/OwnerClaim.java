package io.moor.shipper.checkpoint;

import java.util.Set;

/**
 * Who owns an origin: the first record that a shipper commits, under the key {@code ORIGIN/}. After
 * a transaction was refused as fenced it tells a successor from a timeout of the own transaction.
 *
 * @param incarnation random id of one run of a shipper
 * @param ownerEpoch epoch of the volume's attachment, 0 for an instance's own disk
 * @param host for people
 * @param topics its topics that exist or did, of those that it ships to; what is missing of them
 *     was deleted
 */
public record OwnerClaim(String incarnation, long ownerEpoch, String host, Set<String> topics) {

    public OwnerClaim {
        topics = Set.copyOf(topics);
    }

    /** Of an owner that has no topics yet. */
    public OwnerClaim(String incarnation, long ownerEpoch, String host) {
        this(incarnation, ownerEpoch, host, Set.of());
    }

    public OwnerClaim with(Set<String> existing) {
        return new OwnerClaim(incarnation, ownerEpoch, host, existing);
    }
}
