package io.moor.shipper.hint;

import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the system tells, with the real one. */
class DirectoryHintsTest {

    @TempDir Path temp;

    private final AtomicInteger wakes = new AtomicInteger();
    private Path logs;
    private DirectoryHints hints;

    @BeforeEach
    void open() throws IOException {
        logs = Files.createDirectory(temp.toRealPath().resolve("logs"));
        hints = DirectoryHints.open(8, "hints-test", wakes::incrementAndGet);
    }

    @AfterEach
    void close() {
        hints.close();
    }

    @Test
    void tellsOfAWriteAndWakes() throws IOException {
        Path file = Files.createFile(logs.resolve("grün app.log"));
        cover(logs);
        hints.start();

        Files.writeString(file, "line\n", StandardOpenOption.APPEND);

        Changes changes = await(seen -> !seen.files().isEmpty());
        assertThat(changes.files()).containsExactly(file);
        assertThat(changes.directories()).isFalse();
        assertThat(wakes).hasPositiveValue();
    }

    @Test
    void tellsOfWritesUnderTheNewNameAndToDeletedFiles() throws IOException {
        Path file = logs.resolve("app.log");
        try (OutputStream out = Files.newOutputStream(file)) {
            cover(logs);
            hints.start();
            Files.move(file, logs.resolve("app.log.1"));
            await(Changes::directories);
            out.write('a');
            assertThat(await(seen -> !seen.files().isEmpty()).files())
                    .containsExactly(logs.resolve("app.log.1"));

            Files.delete(logs.resolve("app.log.1"));
            await(Changes::directories);
            out.write('b');
            assertThat(await(seen -> !seen.files().isEmpty()).files())
                    .containsExactly(logs.resolve("app.log.1"));
        }
    }

    @Test
    void tellsOfNamesThatComeMoveAndGo() throws IOException {
        cover(logs);
        hints.start();

        Path file = Files.createFile(logs.resolve("new.log"));
        await(Changes::directories);
        Files.move(file, logs.resolve("moved.log"));
        await(Changes::directories);
        Files.delete(logs.resolve("moved.log"));
        await(Changes::directories);
        Files.createDirectory(logs.resolve("sub"));
        await(Changes::directories);
    }

    /** What happened between a look and the watch would be told by nobody. */
    @Test
    void coversADirectoryFromTheSecondLookOn() {
        assertThat(hints.watch(Set.of(logs))).isEmpty();
        assertThat(hints.watch(Set.of(logs))).containsExactly(logs);
    }

    @Test
    void watchesAnewWhatTookThePlaceOfADirectory() throws IOException {
        Path above = Files.createDirectories(logs.resolve("a/b"));
        cover(above);
        hints.start();
        // Its own parent is not watched, so that nothing tells of this.
        Files.move(logs.resolve("a"), logs.resolve("old"));
        Files.createDirectories(above);

        assertThat(hints.watch(Set.of(above))).isEmpty();
        assertThat(hints.watch(Set.of(above))).containsExactly(above);
        hints.take();
        Files.writeString(logs.resolve("old/b/app.log"), "of the directory that moved\n");
        Path file = Files.writeString(above.resolve("app.log"), "line\n");
        assertThat(await(seen -> !seen.files().isEmpty()).files()).containsExactly(file);
    }

    @Test
    void aDirectoryThatMovesOrGoesIsNotCoveredAnyMore() throws IOException {
        Path moved = Files.createDirectory(logs.resolve("moved"));
        Path gone = Files.createDirectory(logs.resolve("gone"));
        cover(moved, gone);
        hints.start();

        Files.move(moved, logs.resolve("elsewhere"));
        await(Changes::directories);
        Files.delete(gone);
        await(Changes::directories);

        assertThat(hints.watch(Set.of(moved, gone))).isEmpty();
    }

    @Test
    void tellsWhenAMissingDirectoryAppears() throws IOException {
        Path missing = logs.resolve("later/app");
        cover(missing);
        hints.start();

        Files.createDirectories(missing);
        await(Changes::directories);
        assertThat(hints.watch(Set.of(missing))).isEmpty();
        assertThat(hints.watch(Set.of(missing))).containsExactly(missing);
        Path file = Files.writeString(missing.resolve("app.log"), "line\n");
        assertThat(await(seen -> !seen.files().isEmpty()).files()).containsExactly(file);
    }

    /** The queue of the system really overflows: nobody reads it until it has. */
    @Test
    void tellsThatMoreChangedThanItKnows() throws IOException {
        // In one read: the second one of such a file would find its end.
        long queue =
                Long.parseLong(
                        Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events"))
                                .getFirst());
        cover(logs);
        try (OutputStream one = Files.newOutputStream(logs.resolve("one.log"));
                OutputStream other = Files.newOutputStream(logs.resolve("other.log"))) {
            // In turns, because the system tells only once of two equal changes in a row.
            for (long i = 0; i < queue; i++) {
                one.write('1');
                other.write('2');
            }
        }
        hints.start();

        Changes changes = await(Changes::everything);
        assertThat(changes.directories()).isTrue();
        // And goes on.
        await(seen -> seen.equals(Changes.NONE));
        Path file = Files.writeString(logs.resolve("one.log"), "3");
        assertThat(await(seen -> !seen.files().isEmpty()).files()).containsExactly(file);
    }

    @Test
    void leavesOutWhatIsBeyondTheLimit() throws IOException {
        hints.close();
        hints = DirectoryHints.open(1, "hints-test", wakes::incrementAndGet);
        Path other = Files.createDirectory(temp.toRealPath().resolve("other"));

        hints.watch(Set.of(logs, other));

        assertThat(hints.watch(Set.of(logs, other))).hasSize(1);
        assertThat(hints.watch(Set.of(other))).isEmpty();
        assertThat(hints.watch(Set.of(other))).containsExactly(other);
    }

    @Test
    void endsItsThreadAndGivesItsDescriptorsBack() throws IOException {
        hints.close();
        long before = descriptors();
        DirectoryHints some = DirectoryHints.open(8, "hints-test", wakes::incrementAndGet);
        some.watch(Set.of(logs));
        some.start();
        assertThat(descriptors()).isEqualTo(before + 2);

        some.close();
        some.close();

        assertThat(some.thread().isAlive()).isFalse();
        assertThat(descriptors()).isEqualTo(before);
        assertThat(some.watch(Set.of(logs))).isEmpty();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(DirectoryHintsTest::isOurs).count();
        }
    }

    private static boolean isOurs(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.contains("inotify") || target.contains("[eventfd]");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private void cover(Path... directories) {
        hints.watch(Set.of(directories));
        assertThat(hints.watch(Set.of(directories))).containsExactlyInAnyOrder(directories);
    }

    private Changes await(Predicate<Changes> wanted) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(hints::take, wanted);
    }
}
