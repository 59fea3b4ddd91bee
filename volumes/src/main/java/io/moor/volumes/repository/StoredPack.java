package io.moor.volumes.repository;

/**
 * A pack that is in the bucket.
 *
 * @param size of the object, bytes
 */
public record StoredPack(RandomId id, long size) {}
