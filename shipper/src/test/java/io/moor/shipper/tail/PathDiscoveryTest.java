package io.moor.shipper.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.SourceConfig;
import io.moor.shipper.identity.FileObserver;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** From globs to files. */
class PathDiscoveryTest {

    @TempDir Path temp;

    private Path root;

    @BeforeEach
    void prepare() throws IOException {
        root = temp.toRealPath();
        for (String file : List.of("a/app.log", "b/app.log", "b/c/app.log", "b/c/d/e.log")) {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
    }

    /** Found by the model test: only the last part of a glob could have a wildcard. */
    @Test
    void findsFilesBelowAWildcardInADirectory() {
        assertThat(found(List.of("*/app.log"), List.of()))
                .containsExactly("a/app.log", "b/app.log");
        assertThat(found(List.of("b/*/*.log"), List.of())).containsExactly("b/c/app.log");
    }

    @Test
    void findsFilesAtAnyDepth() {
        assertThat(found(List.of("**/*.log"), List.of()))
                .containsExactly("a/app.log", "b/app.log", "b/c/app.log", "b/c/d/e.log");
        assertThat(found(List.of("b/**"), List.of()))
                .containsExactly("b/app.log", "b/c/app.log", "b/c/d/e.log");
    }

    /** As shells, and other shippers, read it. */
    @Test
    void twoStarsBetweenSlashesAlsoStandForNoDirectory() {
        assertThat(found(List.of("b/**/*.log"), List.of()))
                .containsExactly("b/app.log", "b/c/app.log", "b/c/d/e.log");
        assertThat(found(List.of("b/**/c/**/*.{log,txt}"), List.of()))
                .containsExactly("b/c/app.log", "b/c/d/e.log");
        assertThat(found(List.of("**/*.log"), List.of(root + "/b/**/app.log")))
                .containsExactly("a/app.log", "b/c/d/e.log");
    }

    @Test
    void findsAFileOnceThatTwoGlobsName() {
        assertThat(found(List.of("a/*.log", "**/app.log"), List.of()))
                .containsExactly("a/app.log", "b/app.log", "b/c/app.log");
    }

    @Test
    void leavesOutWhatIsExcludedByNameOrPath() {
        assertThat(found(List.of("**/*.log"), List.of("e.log", root + "/b/c/*")))
                .containsExactly("a/app.log", "b/app.log");
    }

    @Test
    void findsAFileOnceThatHasSeveralNames() throws IOException {
        Files.createLink(root.resolve("a/z.log"), root.resolve("a/app.log"));
        Files.createSymbolicLink(root.resolve("a/link.log"), root.resolve("b/app.log"));
        Files.createSymbolicLink(root.resolve("a/loop"), root);

        assertThat(found(List.of("a/*.log"), List.of())).containsExactly("a/app.log", "b/app.log");
        assertThat(found(List.of("**/*.log"), List.of()))
                .containsExactly("a/app.log", "b/app.log", "b/c/app.log", "b/c/d/e.log");
    }

    @Test
    void ignoresWhatIsNoFile() throws Exception {
        Files.createDirectory(root.resolve("a/directory.log"));
        Process made = new ProcessBuilder("mkfifo", root.resolve("a/pipe.log").toString()).start();
        assertThat(made.waitFor()).isZero();
        Files.createSymbolicLink(root.resolve("a/dangling.log"), root.resolve("nowhere"));

        assertThat(found(List.of("a/*.log"), List.of())).containsExactly("a/app.log");
    }

    /** Found by the model test: a rotation between the two listings made a known file a new one. */
    @Test
    void listsADirectoryOnceHoweverManyGlobsNameIt() throws IOException {
        Path live = root.resolve("a/app.log");
        Files.writeString(root.resolve("a/app.log.1"), "older");
        AtomicInteger asked = new AtomicInteger();
        PathDiscovery discovery =
                new PathDiscovery(
                        List.of(
                                new GlobSet(source(List.of("a/other*"), List.of())),
                                new GlobSet(source(List.of("a/app.log*"), List.of()))),
                        new FileObserver(Optional.empty()),
                        () -> {
                            if (asked.incrementAndGet() == 2) {
                                rotate(live);
                            }
                            return Instant.EPOCH;
                        });

        Scan scan = discovery.scan(Set.of(root.resolve("a")));
        assertThat(scan.matches())
                .hasSize(2)
                .allSatisfy(match ->
                        assertThat(scan.directories().get(root.resolve("a")))
                                .contains(match.file()));

        Scan next = discovery.scan(Set.of(root.resolve("a")));
        assertThat(next.matches()).hasSize(3);
    }

    private static void rotate(Path live) {
        try {
            Files.move(live.resolveSibling("app.log.1"), live.resolveSibling("app.log.2"));
            Files.move(live, live.resolveSibling("app.log.1"));
            Files.writeString(live, "new");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SourceConfig source(List<String> globs, List<String> excludes) {
        return new SourceConfig(
                "logs",
                globs.stream().map(glob -> root + "/" + glob).toList(),
                excludes,
                "t",
                100,
                SourceConfig.Oversized.SPLIT);
    }

    private List<String> found(List<String> globs, List<String> excludes) {
        SourceConfig source = source(globs, excludes);
        PathDiscovery discovery =
                new PathDiscovery(
                        List.of(new GlobSet(source)),
                        new FileObserver(Optional.empty()),
                        () -> Instant.now().plusSeconds(60));
        return discovery.scan(Set.of()).matches().stream()
                .map(match -> root.relativize(match.file().path()).toString())
                .toList();
    }
}
