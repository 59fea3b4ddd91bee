package io.moor.volumes.repository;

/**
 * A restore that is done and verified.
 *
 * @param readBytes from the bucket
 * @param keptBytes of files that an earlier attempt had written, found correct, and not read again
 * @param withoutOwners entries whose owner could not be set, without root
 */
public record RestoreResult(Root root, long readBytes, long keptBytes, long withoutOwners) {}
