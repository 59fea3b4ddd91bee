package io.moor.volumes.repository;

import java.util.Optional;

/** How a snapshot ended. */
public sealed interface SnapshotResult {

    /**
     * It is the head.
     *
     * @param storedBytes that were added to the bucket in packs
     */
    record Committed(Root root, long storedBytes) implements SnapshotResult {}

    /** Refused: somebody else may write to the volume now. What was stored is garbage. */
    record StaleEpoch(long newest) implements SnapshotResult {}

    /** Refused: another snapshot of the volume was first. What was stored is garbage. */
    record HeadMoved(Optional<RootKey> head) implements SnapshotResult {}
}
