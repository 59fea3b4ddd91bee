package io.moor.volumes.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;
import io.moor.volumes.VolumeId;
import io.moor.volumes.posix.Posix;
import io.moor.volumes.repository.s3.MinioObjectStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/** A bad connection, a bucket that is gone, a full disk. */
@ExtendWith(EmbeddedStackExtension.class)
class SnapshotFaultsIT {

    private static final VolumeId VOLUME = new VolumeId("data-0");

    @TempDir Path directory;

    private MinioObjectStore store;
    private PostgresCommitLog commits;

    @BeforeEach
    void makeBucketAndLog(StackEndpoints endpoints) throws Exception {
        String bucket = "faults-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        store = Site.create(endpoints, bucket).open();
        commits = new PostgresCommitLog(endpoints.newDatabase("snapshot_faults"));
        commits.grant(VOLUME, 1);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void losesNothingOnABadConnection() throws Exception {
        // Given
        long seed = Long.getLong("moor.seed", System.nanoTime());
        Path source = directory.resolve("source");
        new Trees(new SplittableRandom(seed)).make(source, 1 << 20);
        FaultyObjectStore faulty = new FaultyObjectStore(store, seed, 0.3);
        ObjectStore retrying = new RetryingObjectStore(faulty, 20);

        // When
        Repository repository =
                Repository.create(retrying, "acme", Optional.of(MasterKey.create()));
        Root root = snapshot(repository, source);
        Path target = directory.resolve("target");
        new Restores(repository).restore(root.key(), target, _ -> {});

        // Then
        assertThat(faulty.faults()).isPositive();
        assertThat(Trees.describe(target)).as("seed %d", seed).isEqualTo(Trees.describe(source));
    }

    @Test
    void aSnapshotThatCannotBeStoredIsAnErrorAndNoSnapshot() throws Exception {
        // Given
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("file"), "content");
        Repository repository = Repository.create(store, "acme", Optional.empty());
        Root first = snapshot(repository, source);
        byte[] fresh = new byte[30 << 20];
        ThreadLocalRandom.current().nextBytes(fresh);
        Files.write(source.resolve("large"), fresh);
        Repository broken = Repository.open(new FailingPuts(store), "acme", List.of());

        // When, Then
        assertThatThrownBy(() -> snapshot(broken, source))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("a pack cannot be stored: the bucket is full");
        assertThat(commits.head(VOLUME)).contains(first.key());
    }

    @Test
    void aRestoreToAFullDiskLeavesTheOldStateAndGoesOnWhenThereIsRoom() throws Exception {
        assumeTrue(Posix.isRoot(), "mounting needs root");
        // Given
        Path source = Files.createDirectory(directory.resolve("source"));
        byte[] content = new byte[1 << 20];
        for (int i = 0; i < 8; i++) {
            ThreadLocalRandom.current().nextBytes(content);
            Files.write(source.resolve("file-" + i), content);
        }
        Repository repository = Repository.create(store, "acme", Optional.empty());
        Root root = snapshot(repository, source);
        Path disk = Files.createDirectory(directory.resolve("disk"));
        Path target = disk.resolve("target");
        run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
        try {
            // When, Then
            Restores restores = new Restores(repository);
            assertThatThrownBy(() -> restores.restore(root.key(), target, _ -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no space left on device");
            assertThat(target).doesNotExist();

            // When
            run("mount", "-o", "remount,size=64m", disk.toString());
            RestoreResult result = restores.restore(root.key(), target, _ -> {});

            // Then
            assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
            assertThat(result.keptBytes()).isPositive();
        } finally {
            run("umount", disk.toString());
        }
    }

    private Root snapshot(Repository repository, Path source) throws IOException {
        SnapshotRequest request =
                new SnapshotRequest(VOLUME, source, 1, Root.Consistency.CRASH, false);
        SnapshotResult result =
                new Snapshots(repository, commits, InstantSource.system())
                        .snapshot(request, _ -> {});
        return ((SnapshotResult.Committed) result).root();
    }

    private static void run(String... line) throws Exception {
        Process process = new ProcessBuilder(line).inheritIO().start();
        assertThat(process.waitFor()).as("%s", String.join(" ", line)).isZero();
    }

    /** A real bucket that takes nothing more. */
    private record FailingPuts(ObjectStore store) implements ObjectStore {

        @Override
        public boolean putIfAbsent(String key, byte[] data, int length) throws IOException {
            throw new StoreException(StoreException.Kind.PERMANENT, "the bucket is full");
        }

        @Override
        public int read(String key, long offset, byte[] into, int at, int length)
                throws IOException {
            return store.read(key, offset, into, at, length);
        }

        @Override
        public List<StoredObject> list(String prefix, String after, int most) throws IOException {
            return store.list(prefix, after, most);
        }

        @Override
        public void delete(String key) throws IOException {
            store.delete(key);
        }
    }
}
