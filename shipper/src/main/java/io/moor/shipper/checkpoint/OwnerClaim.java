package io.moor.shipper.checkpoint;

/**
 * Who owns an origin: the first record that a shipper commits, under the key {@code ORIGIN/}. After
 * a transaction was refused as fenced it tells a successor from a timeout of the own transaction.
 *
 * @param incarnation random id of one run of a shipper
 * @param ownerEpoch epoch of the volume's attachment, 0 for an instance's own disk
 * @param host for people
 */
public record OwnerClaim(String incarnation, long ownerEpoch, String host) {}
