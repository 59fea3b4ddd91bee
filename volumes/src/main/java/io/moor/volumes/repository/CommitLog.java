package io.moor.volumes.repository;

import io.moor.volumes.VolumeId;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The truth about which snapshots count: per volume the newest epoch that was granted, and the
 * head. Its answers are linearizable. Thread-safe.
 */
public interface CommitLog {

    /** The newest committed snapshot of a volume; empty before the first. */
    Optional<RootKey> head(VolumeId volume) throws IOException;

    /**
     * Makes a snapshot the head, in one transaction, if its epoch is the volume's newest and its
     * parent is the head. A repeat of a commit that took place says {@link Outcome.Committed}
     * again.
     *
     * @throws IOException when it is unknown whether the commit took place: repeat it
     */
    Outcome commit(Commit commit) throws IOException;

    /**
     * @param parent the head that the snapshot was made on; empty: there was none
     * @param packs that are new and in the bucket
     */
    record Commit(
            RootKey root, Optional<RootKey> parent, Root.Counts counts, List<StoredPack> packs) {
        public Commit {
            packs = List.copyOf(packs);
        }
    }

    /** How a commit ended. */
    sealed interface Outcome {
        record Committed() implements Outcome {}

        /** Somebody else may write to the volume now. */
        record StaleEpoch(long newest) implements Outcome {}

        /** Another snapshot was first. */
        record HeadMoved(Optional<RootKey> head) implements Outcome {}
    }
}
