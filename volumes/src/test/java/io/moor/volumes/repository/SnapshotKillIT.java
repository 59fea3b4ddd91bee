package io.moor.volumes.repository;

import static org.assertj.core.api.Assertions.assertThat;

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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** SIGKILL between every two steps of a snapshot and of a restore. */
@ExtendWith(EmbeddedStackExtension.class)
class SnapshotKillIT {

    private static final VolumeId VOLUME = new VolumeId("data-0");
    private static final int KILLED = 128 + 9;

    private final MasterKey key = MasterKey.create();

    @TempDir Path directory;

    private Site site;
    private String database;
    private MinioObjectStore store;
    private PostgresCommitLog commits;
    private Repository repository;
    private Path source;

    @BeforeEach
    void prepare(StackEndpoints endpoints) throws Exception {
        String bucket = "kills-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        site = Site.create(endpoints, bucket);
        store = site.open();
        database = endpoints.newDatabase("snapshot_kill");
        commits = new PostgresCommitLog(database);
        commits.grant(VOLUME, 1);
        repository = Repository.create(store, "acme", Optional.of(key));
        source = directory.resolve("source");
        new Trees(new SplittableRandom(System.nanoTime())).make(source, 1 << 20);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aKilledSnapshotIsCommittedOrNot() throws Exception {
        Optional<RootKey> head = Optional.empty();
        for (SnapshotStep step : SnapshotStep.values()) {
            // Given
            byte[] fresh = new byte[500_000];
            ThreadLocalRandom.current().nextBytes(fresh);
            Trees.write(Posix.bytes(source.resolve("at-" + step)), 0, fresh);
            List<String> content = Trees.describe(source);

            // When
            run("snapshot", source, "-", step.name());

            // Then
            Optional<RootKey> now = commits.head(VOLUME);
            boolean committed = step.compareTo(SnapshotStep.COMMITTED) >= 0;
            if (committed) {
                assertThat(now).as("%s", step).isPresent().isNotEqualTo(head);
                assertThat(restored(now.get())).as("%s", step).isEqualTo(content);
            } else {
                assertThat(now).as("%s", step).isEqualTo(head);
            }
            SnapshotResult next = snapshot();
            assertThat(next).as("%s", step).isInstanceOf(SnapshotResult.Committed.class);
            Root root = ((SnapshotResult.Committed) next).root();
            assertThat(root.parent()).as("%s", step).isEqualTo(now);
            assertThat(restored(root.key())).as("%s", step).isEqualTo(content);
            head = Optional.of(root.key());
        }
    }

    @Test
    void aKilledRestoreLeavesNothingOrAllAndGoesOn() throws Exception {
        RootKey root = ((SnapshotResult.Committed) snapshot()).root().key();
        List<String> content = Trees.describe(source);
        for (RestoreStep step : RestoreStep.values()) {
            // Given
            Path target = directory.resolve("target-" + step);

            // When
            run("restore", target, root.toString(), step.name());

            // Then
            if (step == RestoreStep.MOVED) {
                assertThat(Trees.describe(target)).isEqualTo(content);
                continue;
            }
            assertThat(target).as("%s", step).doesNotExist();
            RestoreResult result = new Restores(repository).restore(root, target, _ -> {});
            assertThat(Trees.describe(target)).as("%s", step).isEqualTo(content);
            if (step.compareTo(RestoreStep.CONTENT_WRITTEN) >= 0) {
                assertThat(result.readBytes()).as("%s", step).isLessThan(result.keptBytes() / 4);
                assertThat(result.keptBytes()).as("%s", step).isPositive();
            }
        }
    }

    private SnapshotResult snapshot() throws Exception {
        return new Snapshots(repository, commits, InstantSource.system())
                .snapshot(
                        new SnapshotRequest(VOLUME, source, 1, Root.Consistency.CRASH, false),
                        _ -> {});
    }

    private List<String> restored(RootKey root) throws Exception {
        Path target = directory.resolve("restored-" + RandomId.create());
        new Restores(repository).restore(root, target, _ -> {});
        return Trees.describe(target);
    }

    private void run(String what, Path path, String root, String step) throws Exception {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProcess.class.getName()));
        line.addAll(
                List.of(
                        site.endpoint().toString(),
                        site.accessKey(),
                        site.secretKey(),
                        site.bucket(),
                        database,
                        key.secretText(),
                        what,
                        path.toString(),
                        root,
                        step));
        Path output = directory.resolve("output");
        Process process =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("%s %s: %s", what, step, Files.readString(output))
                .isEqualTo(KILLED);
    }
}
