package io.moor.volumes.repository;

import io.moor.volumes.posix.Posix;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes snapshots of directories. Thread-safe; one snapshot of a volume at a time is committed. */
public final class Snapshots {

    private static final byte[] MARK = Hashing.ascii("committed\n");
    private static final int COMMIT_ATTEMPTS = 5;
    private static final Duration COMMIT_PAUSE = Duration.ofMillis(500);

    private final Repository repository;
    private final CommitLog commits;
    private final InstantSource clock;

    public Snapshots(Repository repository, CommitLog commits, InstantSource clock) {
        this.repository = repository;
        this.commits = commits;
        this.clock = clock;
    }

    /**
     * Makes a snapshot of what is in a directory, on top of the volume's head, and commits it. A
     * file that changes while it is read, three times, is taken as it was read and marked torn.
     *
     * @param steps is told of what is done, partly by other threads
     * @throws IOException when anything could not be read or stored: there is no snapshot then, and
     *     what is in the bucket is garbage. When the outcome of the commit stays unknown, the
     *     message says so: the log's head tells.
     */
    public SnapshotResult snapshot(SnapshotRequest request, Consumer<SnapshotStep> steps)
            throws IOException {
        Optional<RootKey> head = commits.head(request.volume());
        if (head.isPresent() && head.get().epoch() > request.epoch()) {
            return new SnapshotResult.StaleEpoch(head.get().epoch());
        }
        Optional<Root> parent = head.isPresent() ? Optional.of(root(head.get())) : Optional.empty();
        byte[] source = Posix.bytes(request.source().toRealPath());
        Instant begun = clock.instant();
        Root.Source identity = SnapshotTask.identity(source);
        try (SnapshotTask task =
                new SnapshotTask(
                        repository, source, parent, () -> steps.accept(SnapshotStep.PACK_STORED))) {
            steps.accept(SnapshotStep.BEGUN);
            NodeLevels.Top top = task.scan();
            requireMeant(request, task.counts(), parent);
            steps.accept(SnapshotStep.SCANNED);
            List<StoredPack> fresh = task.finish();
            steps.accept(SnapshotStep.PACKS_STORED);
            Root root =
                    new Root(
                            new RootKey(
                                    request.volume(),
                                    request.epoch(),
                                    head.map(RootKey::sequence).orElse(0L) + 1,
                                    RandomId.create()),
                            parent.map(Root::lineage).orElseGet(RandomId::create),
                            head,
                            begun,
                            clock.instant(),
                            identity,
                            top,
                            task.counts(),
                            task.counts().torn() > 0
                                    ? Root.Consistency.TORN
                                    : request.consistency(),
                            task.tornPaths(),
                            task.uses(fresh));
            return store(root, fresh, steps);
        }
    }

    private Root root(RootKey key) throws IOException {
        return RootCodec.fetch(repository, key)
                .orElseThrow(() ->
                        new RepositoryException(
                                "the head " + key + " is not in the bucket: is it the right one?"));
    }

    /** A source that was not mounted looks like one that everything was deleted from. */
    private static void requireMeant(
            SnapshotRequest request, Root.Counts counts, Optional<Root> parent)
            throws RepositoryException {
        boolean wasFilled = parent.isPresent() && parent.get().counts().entries() > 1;
        if (counts.entries() == 1 && wasFilled && !request.emptyIsMeant()) {
            throw new RepositoryException(
                    request.source()
                            + " is empty, and its last snapshot has "
                            + (parent.get().counts().entries() - 1)
                            + " entries: is the volume mounted? Say that it is meant to be empty");
        }
    }

    private SnapshotResult store(Root root, List<StoredPack> fresh, Consumer<SnapshotStep> steps)
            throws IOException {
        Frame.put(
                repository.store(),
                repository.prefix(),
                root.key().object(),
                RootCodec.write(repository, root));
        steps.accept(SnapshotStep.ROOT_STORED);
        CommitLog.Outcome outcome =
                commit(new CommitLog.Commit(root.key(), root.parent(), root.counts(), fresh));
        return switch (outcome) {
            case CommitLog.Outcome.Committed _ -> {
                steps.accept(SnapshotStep.COMMITTED);
                mark(root.key());
                steps.accept(SnapshotStep.MARKED);
                yield new SnapshotResult.Committed(
                        root, fresh.stream().mapToLong(StoredPack::size).sum());
            }
            case CommitLog.Outcome.StaleEpoch stale ->
                    new SnapshotResult.StaleEpoch(stale.newest());
            case CommitLog.Outcome.HeadMoved moved -> new SnapshotResult.HeadMoved(moved.head());
        };
    }

    /** One that is there already is our own, written before its answer was lost. */
    private void mark(RootKey root) throws IOException {
        repository
                .store()
                .putIfAbsent(repository.prefix() + root.mark(), MARK.clone(), MARK.length);
    }

    private CommitLog.Outcome commit(CommitLog.Commit commit) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return commits.commit(commit);
            } catch (IOException e) {
                if (attempt == COMMIT_ATTEMPTS || !pause()) {
                    throw new RepositoryException(
                            "it is unknown whether snapshot "
                                    + commit.root()
                                    + " was committed: the head of the volume tells. "
                                    + e.getMessage(),
                            e);
                }
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(COMMIT_PAUSE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
