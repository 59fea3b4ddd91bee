package io.moor.volumes.repository;

import io.moor.volumes.VolumeId;
import io.moor.volumes.repository.s3.MinioObjectStore;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * Makes or restores a snapshot in a process of its own, which kills itself with SIGKILL when it has
 * reached a step.
 */
final class KilledProcess {

    private KilledProcess() {}

    /** Arguments: site (4), URL of the database, key, what, directory, root or dash, step. */
    public static void main(String[] arguments) throws Exception {
        Site site = new Site(URI.create(arguments[0]), arguments[1], arguments[2], arguments[3]);
        PostgresCommitLog commits = new PostgresCommitLog(arguments[4]);
        MasterKey key = MasterKey.parse(arguments[5]);
        Path directory = Path.of(arguments[7]);
        String step = arguments[9];
        try (MinioObjectStore store = site.open()) {
            Repository repository = Repository.open(store, "acme", List.of(key));
            if (arguments[6].equals("snapshot")) {
                new Snapshots(repository, commits, InstantSource.system())
                        .snapshot(
                                new SnapshotRequest(
                                        new VolumeId("data-0"),
                                        directory,
                                        1,
                                        Root.Consistency.CRASH,
                                        false),
                                reached -> dieAt(step, reached.name()));
            } else {
                new Restores(repository)
                        .restore(
                                RootKey.parse(arguments[8]),
                                directory,
                                reached -> dieAt(step, reached.name()));
            }
        }
    }

    private static void dieAt(String step, String reached) {
        if (step.equals(reached)) {
            try {
                new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
                Thread.sleep(Long.MAX_VALUE);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
