package io.moor.volumes.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

@ExtendWith(EmbeddedStackExtension.class)
class SnapshotRestoreIT {

    private static final VolumeId VOLUME = new VolumeId("data-0");
    private static final String TENANT = "acme";

    @TempDir Path directory;

    private MinioObjectStore store;
    private PostgresCommitLog commits;
    private int restored;

    @BeforeEach
    void makeBucketAndLog(StackEndpoints endpoints) throws Exception {
        String bucket = "snapshots-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        store = Site.create(endpoints, bucket).open();
        commits = new PostgresCommitLog(endpoints.newDatabase("snapshot_restore"));
        commits.grant(VOLUME, 1);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void restoresEveryKindOfFileAsItWas(boolean encrypted) throws Exception {
        // Given
        long seed = seed();
        Path source = directory.resolve("source");
        new Trees(new SplittableRandom(seed)).make(source);
        Repository repository = repository(encrypted);

        // When
        Root root = committed(snapshot(repository, source, 1));
        Path target = restore(repository, root);

        // Then
        assertThat(Trees.describe(target)).as("seed %d", seed).isEqualTo(Trees.describe(source));
        assertThat(root.consistency()).isEqualTo(Root.Consistency.CRASH);
        assertThat(files(directory)).doesNotContain(".moor-restore");
    }

    @Test
    void storesOnlyWhatChanged() throws Exception {
        // Given
        Path source = directory.resolve("source");
        Trees trees = new Trees(new SplittableRandom(seed()));
        trees.make(source);
        Repository repository = repository(true);
        SnapshotResult.Committed first = snapshot(repository, source, 1);

        // When
        SnapshotResult.Committed unchanged = snapshot(repository, source, 1);
        Trees.write(trees.files().getLast(), 0, new byte[] {1, 2, 3});
        byte[] moved = Posix.bytes(source.resolve("zz-moved"));
        Posix.rename(Posix.bytes(source.resolve("size-9437184")), moved);
        SnapshotResult.Committed changed = snapshot(repository, source, 1);

        // Then
        assertThat(first.storedBytes()).isGreaterThan(10 << 20);
        assertThat(unchanged.storedBytes()).isZero();
        assertThat(changed.storedBytes()).isBetween(1L, 256L << 10);
        assertThat(changed.root().key().sequence()).isEqualTo(3);
        assertThat(changed.root().parent()).contains(unchanged.root().key());
        assertThat(Trees.describe(restore(repository, changed.root())))
                .isEqualTo(Trees.describe(source));
    }

    @Test
    void storesATenthOfALargeFileAtMostWhenOneBlockInAHundredChanged() throws Exception {
        // Given
        Path source = Files.createDirectory(directory.resolve("source"));
        byte[] path = Posix.bytes(source.resolve("database"));
        SplittableRandom random = new SplittableRandom(seed());
        byte[] block = new byte[4 << 20];
        int size = 68 << 20;
        for (int at = 0; at < size; at += block.length) {
            random.nextBytes(block);
            Trees.write(path, at, block);
        }
        Repository repository = repository(true);
        committed(snapshot(repository, source, 1));

        // When
        byte[] page = new byte[4096];
        for (int i = 0; i < size / page.length / 100; i++) {
            random.nextBytes(page);
            Trees.write(path, (long) random.nextInt(size / page.length) * page.length, page);
        }
        SnapshotResult.Committed second = snapshot(repository, source, 1);

        // Then
        assertThat(second.storedBytes()).isLessThan(size / 10);
        assertThat(Trees.describe(restore(repository, second.root())))
                .isEqualTo(Trees.describe(source));
    }

    @Test
    void refusesACommitOfAStaleEpoch() throws Exception {
        // Given
        Path source = small();
        Repository repository = repository(false);
        Root first = committed(snapshot(repository, source, 1));
        Files.writeString(source.resolve("file"), "of the old holder");

        // When
        SnapshotResult late =
                new Snapshots(repository, commits, InstantSource.system())
                        .snapshot(
                                request(source, 1),
                                step -> {
                                    if (step == SnapshotStep.ROOT_STORED) {
                                        grant(2);
                                    }
                                });

        // Then
        assertThat(late).isEqualTo(new SnapshotResult.StaleEpoch(2));
        assertThat(commits.head(VOLUME)).contains(first.key());
        assertThat(committed(snapshot(repository, source, 2)).key().sequence()).isEqualTo(2);
        assertThat(snapshot(repository, source, 1, false))
                .isEqualTo(new SnapshotResult.StaleEpoch(2));
    }

    @Test
    void refusesACommitOnAHeadThatHasMoved() throws Exception {
        // Given
        Path source = small();
        Repository repository = repository(false);
        List<Root> winner = new ArrayList<>();

        // When
        SnapshotResult second =
                new Snapshots(repository, commits, InstantSource.system())
                        .snapshot(
                                request(source, 1),
                                step -> {
                                    if (step == SnapshotStep.SCANNED) {
                                        winner.add(
                                                quietly(() ->
                                                        committed(
                                                                snapshot(repository, source, 1))));
                                    }
                                });

        // Then
        assertThat(second)
                .isEqualTo(new SnapshotResult.HeadMoved(Optional.of(winner.getFirst().key())));
        assertThat(commits.head(VOLUME)).contains(winner.getFirst().key());
    }

    @Test
    void takesAnEmptySourceForUnmountedUnlessItIsMeant() throws Exception {
        // Given
        Path source = small();
        Repository repository = repository(false);
        committed(snapshot(repository, source, 1));
        Files.delete(source.resolve("file"));

        // When, Then
        assertThatThrownBy(() -> snapshot(repository, source, 1))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("is the volume mounted?");
        assertThat(snapshot(repository, source, 1, true))
                .isInstanceOf(SnapshotResult.Committed.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsEveryFlippedBit(boolean encrypted) throws Exception {
        // Given
        long seed = seed();
        SplittableRandom random = new SplittableRandom(seed);
        Path source = directory.resolve("source");
        byte[] content = new byte[600_000];
        random.nextBytes(content);
        Files.createDirectory(source);
        Files.write(source.resolve("large"), content);
        Files.writeString(source.resolve("small"), "small ".repeat(1_000));
        MasterKey key = MasterKey.create();
        Repository repository =
                Repository.create(store, TENANT, encrypted ? Optional.of(key) : Optional.empty());
        RootKey root = committed(snapshot(repository, source, 1)).key();
        List<ObjectStore.StoredObject> objects =
                store.list("t/" + TENANT + "/", "", 1_000).stream()
                        // A mark says nothing of content; a restore does not read it.
                        .filter(object -> !object.key().contains("/c/"))
                        .toList();
        assertThat(objects).hasSize(encrypted ? 5 : 4);

        for (ObjectStore.StoredObject object : objects) {
            for (int i = 0; i < 5; i++) {
                long at = i == 0 ? 0 : i == 1 ? object.size() - 1 : random.nextLong(object.size());

                // When
                flip(object.key(), at);

                // Then
                Path target = directory.resolve("target");
                assertThatThrownBy(() ->
                                new Restores(
                                                Repository.open(
                                                        store,
                                                        TENANT,
                                                        encrypted ? List.of(key) : List.of()))
                                        .restore(root, target, _ -> {}))
                        .as("%s at %d, seed %d", object, at, seed)
                        .isInstanceOf(RepositoryException.class);
                assertThat(target).doesNotExist();
                flip(object.key(), at);
                deleteLeftovers();
            }
        }
        assertThat(Trees.describe(restore(repository, root))).isEqualTo(Trees.describe(source));
    }

    @Test
    void opensWithTheNewKeyOnlyAfterARotation() throws Exception {
        // Given
        MasterKey old = MasterKey.create();
        MasterKey fresh = MasterKey.create();
        Repository repository = Repository.create(store, TENANT, Optional.of(old));
        Path source = small();
        Root root = committed(snapshot(repository, source, 1));
        long objects = store.list("t/" + TENANT + "/", "", 1_000).size();

        // When
        repository.rotate(old, fresh);
        repository.forgetOldKeys();

        // Then
        assertThat(store.list("t/" + TENANT + "/", "", 1_000)).hasSize((int) objects);
        assertThatThrownBy(() -> Repository.open(store, TENANT, List.of(old)))
                .hasMessageContaining("another master key");
        assertThatThrownBy(() -> Repository.open(store, TENANT, List.of()))
                .hasMessageContaining("a master key is needed");
        Repository opened = Repository.open(store, TENANT, List.of(old, fresh));
        assertThat(Trees.describe(restore(opened, root))).isEqualTo(Trees.describe(source));
    }

    @Test
    void theBucketAloneTellsWhatWasCommitted() throws Exception {
        // Given
        Path source = small();
        Repository repository = repository(true);
        Root first = committed(snapshot(repository, source, 1));
        Root second = committed(snapshot(repository, source, 1));
        new Snapshots(repository, commits, InstantSource.system())
                .snapshot(
                        request(source, 1),
                        step -> {
                            if (step == SnapshotStep.ROOT_STORED) {
                                grant(2);
                            }
                        });
        Root third = committed(snapshot(repository, source, 2));
        BucketCatalog catalog = new BucketCatalog(repository);

        // When
        store.delete(repository.prefix() + second.key().mark());

        // Then
        assertThat(catalog.volumes()).containsExactly(VOLUME);
        assertThat(catalog.head(VOLUME)).contains(third);
        assertThat(catalog.snapshots(VOLUME))
                .extracting(BucketCatalog.Found::standing)
                .containsExactly(
                        BucketCatalog.Standing.COMMITTED,
                        BucketCatalog.Standing.COMMITTED,
                        BucketCatalog.Standing.LOST,
                        BucketCatalog.Standing.COMMITTED);

        // When
        store.delete(repository.prefix() + third.key().mark());

        // Then: one that was committed just before the end cannot be told from one that was not
        assertThat(catalog.head(VOLUME)).contains(first);
        assertThat(catalog.snapshots(VOLUME))
                .extracting(BucketCatalog.Found::standing)
                .containsExactly(
                        BucketCatalog.Standing.COMMITTED,
                        BucketCatalog.Standing.UNDECIDED,
                        BucketCatalog.Standing.UNDECIDED,
                        BucketCatalog.Standing.UNDECIDED);
    }

    @Test
    void neverRestoresOverSomething() throws Exception {
        // Given
        Path source = small();
        Repository repository = repository(false);
        Root root = committed(snapshot(repository, source, 1));

        // When, Then
        assertThatThrownBy(() -> new Restores(repository).restore(root.key(), source, _ -> {}))
                .hasMessageContaining("is in use");
        Path empty = Files.createDirectory(directory.resolve("empty"));
        new Restores(repository).restore(root.key(), empty, _ -> {});
        assertThat(Trees.describe(empty)).isEqualTo(Trees.describe(source));
    }

    private Path small() throws IOException {
        Path source = Files.createDirectory(directory.resolve("small"));
        Files.writeString(source.resolve("file"), "content");
        return source;
    }

    private Repository repository(boolean encrypted) throws IOException {
        return Repository.create(
                store, TENANT, encrypted ? Optional.of(MasterKey.create()) : Optional.empty());
    }

    private static SnapshotRequest request(Path source, long epoch) {
        return new SnapshotRequest(VOLUME, source, epoch, Root.Consistency.CRASH, false);
    }

    private SnapshotResult.Committed snapshot(Repository repository, Path source, long epoch)
            throws IOException {
        return (SnapshotResult.Committed)
                new Snapshots(repository, commits, InstantSource.system())
                        .snapshot(request(source, epoch), _ -> {});
    }

    private SnapshotResult snapshot(
            Repository repository, Path source, long epoch, boolean emptyIsMeant)
            throws IOException {
        SnapshotRequest request =
                new SnapshotRequest(VOLUME, source, epoch, Root.Consistency.CRASH, emptyIsMeant);
        return new Snapshots(repository, commits, InstantSource.system())
                .snapshot(request, _ -> {});
    }

    private static Root committed(SnapshotResult.Committed result) {
        return result.root();
    }

    private Path restore(Repository repository, Root root) throws IOException {
        return restore(repository, root.key());
    }

    private Path restore(Repository repository, RootKey root) throws IOException {
        Path target = directory.resolve("restored-" + restored++);
        new Restores(repository).restore(root, target, _ -> {});
        return target;
    }

    private void flip(String key, long at) throws IOException {
        byte[] object = new byte[32 << 20];
        int length = store.read(key, 0, object, 0, object.length);
        object[(int) at] ^= (byte) (1 << (at & 7));
        store.delete(key);
        assertThat(store.putIfAbsent(key, object, length)).isTrue();
    }

    private void deleteLeftovers() throws IOException {
        try (var names = Files.list(directory)) {
            for (Path path : names.toList()) {
                if (path.getFileName().toString().startsWith(".moor-restore")) {
                    try (var all = Files.walk(path)) {
                        for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                            Files.delete(each);
                        }
                    }
                }
            }
        }
    }

    private static String files(Path directory) throws IOException {
        try (var names = Files.list(directory)) {
            return Arrays.toString(names.toArray());
        }
    }

    private void grant(long epoch) {
        quietly(() -> {
            commits.grant(VOLUME, epoch);
            return epoch;
        });
    }

    private static <T> T quietly(java.util.concurrent.Callable<T> action) {
        try {
            return action.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long seed() {
        return Long.getLong("moor.seed", System.nanoTime());
    }
}
