package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.identity.Evidence;
import io.moor.shipper.identity.PhysicalId;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** Simulations: which file belongs to which generation, with real files and without a broker. */
class StreamBookTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @TempDir Path temp;

    private Path directory;
    private Path live;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        live = directory.resolve("app.log");
    }

    @Test
    void doesNotShipTheCopyOfACopytruncate() throws IOException {
        BookRig.append(live, "one\ntwo\n");
        try (BookRig rig = run("*.log", List.of())) {
            bornLater("app.log.1", "one\ntwo\n");
            Files.writeString(live, "3\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two", "3");
        }
    }

    @Test
    void doesNotShipTheCopyOfACopytruncateInALaterRun() throws IOException {
        BookRig.append(live, "one\ntwo\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        bornLater("app.log.1", "one\ntwo\n");
        Files.writeString(live, "3\n");
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("3");
        }
    }

    @Test
    void doesNotShipACopyWhoseOriginalWasDeleted() throws IOException {
        BookRig.append(live, "one\ntwo\n");
        try (BookRig rig = run("*.log", List.of())) {
            bornLater("app.log.1", "one\ntwo\n");
            Files.delete(live);
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two");
        }
    }

    @Test
    void shipsARotationThatNobodySaw() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        bornLater("app.log.1", "unseen\n");
        Files.move(live, directory.resolve("app.log.2"));
        BookRig.append(live, "three\n");
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("unseen", "three");
        }
    }

    /** A chain of renames goes on between the listing and the look into the file. */
    @Test
    void aFileThatMovesOnBeforeItIsLookedIntoIsNotTakenForRewritten() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        BookRig.append(live, "two\n");
        Path first = Files.move(live, directory.resolve("app.log.1"));
        try (BookRig rig = new BookRig(directory, "*.log", checkpoints)) {
            rig.scanThenMove(first, directory.resolve("app.log.2"), "three\nand more\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).startsWith("two");
        }
    }

    /** Renamed once more between the listing and the opening, while a newer file can be opened. */
    @Test
    void aRotationThatNobodySawIsNotOvertakenByTheNextFile() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        bornLater("app.log.2", "unseen\n");
        Path older = directory.resolve("app.log.2");
        do {
            bornLater("app.log.1", "unseen too\n");
        } while (!birth(directory.resolve("app.log.1")).isAfter(birth(older)));
        Files.move(live, directory.resolve("app.log.3"));
        BookRig.append(live, "four\n");
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.failToOpen(older);
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("unseen", "unseen too", "four");
        }
    }

    @Test
    void doesNotShipARotatedFileAgainThatGrewSinceItsDirectoryWasListed() throws IOException {
        BookRig.append(live, "one\n");
        Path rotated = directory.resolve("app.log.1");
        try (BookRig rig = run("app.log*", List.of())) {
            Files.move(live, rotated);
            BookRig.append(live, "");
            rig.scan();
            BookRig.append(rotated, "late\n");
            rig.read();
            rig.pass(Duration.ofSeconds(15));
            BookRig.append(rotated, "later\n");
            rig.pass(Duration.ofSeconds(10));

            assertThat(rig.shipped()).containsExactly("one", "late", "later");
        }
    }

    @Test
    void goesOnWhereItWasWhenTheDirectoryIsMountedLate() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        Path away = Files.move(directory, directory.resolveSibling("away"));
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);
            Files.move(away, directory);
            BookRig.append(live, "two\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("two");
        }
    }

    @Test
    void findsADirectoryThatIsMadeLater() throws IOException {
        Files.delete(directory);
        try (BookRig rig = run("*.log", List.of())) {
            rig.pass(A_WHILE);
            Files.createDirectory(directory);
            BookRig.append(live, "one\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one");
        }
    }

    @Test
    void findsAFileAgainThatOneListingMissed() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        BookRig.append(live, "two\n");
        Path hidden = Files.move(live, temp.resolve("hidden"));
        try (BookRig rig = run("*.log", checkpoints)) {
            Files.move(hidden, directory.resolve("app.log.1"));
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("two");
        }
    }

    @Test
    void findsAFileAgainThatWasGivenUp() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        BookRig.append(live, "two\n");
        Path hidden = Files.move(live, temp.resolve("hidden"));
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);
            Files.move(hidden, directory.resolve("app.log.1"));
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("two");
        }
    }

    @Test
    void doesNotTakeTheFileOfAnotherStreamOnARestoredVolume() throws IOException {
        BookRig.append(directory.resolve("a.log"), "header\n");
        BookRig.append(directory.resolve("b.log"), "header\nb1\nb2\n");
        List<StreamCheckpoint> checkpoints = elsewhere(shippedOnce("*.log"));
        Files.delete(directory.resolve("a.log"));
        BookRig.append(directory.resolve("b.log"), "b3\n");
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("b3");
        }
    }

    @Test
    void followsARotationOnARestoredVolume() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = elsewhere(shippedOnce("*.log"));
        BookRig.append(live, "two\n");
        Files.move(live, directory.resolve("app.log.1"));
        BookRig.append(live, "new\n");
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("two", "new");
        }
    }

    @Test
    void shipsWhatIsWrittenLongAfterTheFileWasDeleted() throws IOException {
        try (FileChannel writer =
                        FileChannel.open(
                                live, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                BookRig rig = run("*.log", List.of())) {
            write(writer, "one\n");
            rig.pass(A_WHILE);
            Files.delete(live);
            rig.pass(Duration.ofHours(1));
            write(writer, "two\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two");
        }
    }

    @Test
    void shipsWhatIsWrittenLongAfterTheFileWasMovedAway() throws IOException {
        try (FileChannel writer =
                        FileChannel.open(
                                live, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                BookRig rig = run("*.log", List.of())) {
            write(writer, "one\n");
            rig.pass(A_WHILE);
            Files.move(live, temp.resolve("archived"));
            rig.pass(Duration.ofMinutes(1));
            write(writer, "two\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two");
        }
    }

    @Test
    void closesADeletedFileWhenItsWriterHasLeft() throws IOException {
        try (BookRig rig = run("*.log", List.of())) {
            try (FileChannel writer =
                    FileChannel.open(live, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                write(writer, "one\n");
                rig.pass(A_WHILE);
                Files.delete(live);
                rig.pass(Duration.ofSeconds(20));
                assertThat(rig.book.streams().iterator().next().generations().getFirst().tail())
                        .isNotNull();
            }
            rig.pass(Duration.ofSeconds(10));

            assertThat(rig.book.streams().iterator().next().generations().getFirst().tail())
                    .isNull();
        }
    }

    /** Quiet is not enough where the writer can be seen. */
    @Test
    void aRotatedFileWaitsForItsWriter() throws IOException {
        try (FileChannel writer =
                        FileChannel.open(
                                live, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                BookRig rig = run("*.log", List.of())) {
            write(writer, "one\n");
            Files.move(live, directory.resolve("app.log.1"));
            BookRig.append(live, "three\n");
            rig.pass(Duration.ofSeconds(5));
            write(writer, "two\n");
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("one", "two");

            // Not for ever: whoever has moved on is not held up by a handle that was forgotten.
            rig.pass(Duration.ofSeconds(15));
            assertThat(rig.shipped()).containsExactly("three");
        }
    }

    /** As on a file system without birth times: same inode, same size, other bytes. */
    @Test
    void doesNotTakeANewFileOnAUsedInodeForARotatedOne() throws IOException {
        BookRig.append(live, "one\n");
        Path rotated = directory.resolve("app.log.1");
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("app.log*", List.of())) {
            Files.move(live, rotated);
            rig.pass(A_WHILE);
            checkpoints = withoutBirth(rig.commit());
        }
        Files.writeString(rotated, "new\n");
        try (BookRig rig = run("app.log*", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("new");
        }
    }

    @Test
    void refusesNamesThatCannotBeExpressed() throws Exception {
        BookRig.append(live, "one\n");
        // Latin-1 bytes, which are no characters in UTF-8.
        Process made =
                new ProcessBuilder("sh", "-c", "echo x > \"$(printf 'gr\\374n.log')\"")
                        .directory(directory.toFile())
                        .start();
        assertThat(made.waitFor()).isZero();
        try (BookRig rig = run("*.log", List.of())) {
            assertThat(rig.shipped()).containsExactly("one");
            assertThat(rig.report().complete()).isFalse();
            assertThat(rig.report().streams()).hasSize(2);
        }
    }

    @Test
    void startsWithACheckpointWhoseNameCannotBeExpressed() throws IOException {
        BookRig.append(live, "one\n");
        StreamCheckpoint known = shippedOnce("*.log").getFirst();
        StreamCheckpoint broken =
                new StreamCheckpoint(
                        known.origin(),
                        known.stream().replace("app.log", "a\0.log"),
                        known.topic(),
                        known.partition(),
                        known.source(),
                        known.ownerEpoch(),
                        known.sealed(),
                        known.earlier(),
                        known.generations());
        BookRig.append(live, "two\n");
        try (BookRig rig = run("*.log", List.of(broken, known))) {
            assertThat(rig.shipped()).containsExactly("two");
        }
    }

    private static void write(FileChannel writer, String text) throws IOException {
        writer.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private BookRig run(String glob, List<StreamCheckpoint> checkpoints) throws IOException {
        BookRig rig = new BookRig(directory, glob, checkpoints);
        rig.scan();
        rig.read();
        return rig;
    }

    /** Writes a file that is younger than the live one by a tick of the file system's clock. */
    private void bornLater(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        do {
            Files.deleteIfExists(file);
            Files.writeString(file, content);
        } while (!birth(file).isAfter(birth(live)));
    }

    private static Instant birth(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).creationTime().toInstant();
    }

    private List<StreamCheckpoint> shippedOnce(String glob) throws IOException {
        try (BookRig rig = run(glob, List.of())) {
            return rig.commit();
        }
    }

    /** As after a restore: other inodes on another file system. */
    private static List<StreamCheckpoint> elsewhere(List<StreamCheckpoint> checkpoints) {
        return with(
                checkpoints,
                here -> new PhysicalId("2@elsewhere", 7, here.inode() + 100_000, here.birth()));
    }

    private static List<StreamCheckpoint> withoutBirth(List<StreamCheckpoint> checkpoints) {
        return with(
                checkpoints,
                here -> new PhysicalId(here.fileSystem(), here.device(), here.inode(), null));
    }

    private static List<StreamCheckpoint> with(
            List<StreamCheckpoint> checkpoints, UnaryOperator<PhysicalId> change) {
        return checkpoints.stream()
                .map(each ->
                        new StreamCheckpoint(
                                each.origin(),
                                each.stream(),
                                each.topic(),
                                each.partition(),
                                each.source(),
                                each.ownerEpoch(),
                                each.sealed(),
                                each.earlier(),
                                each.generations().stream()
                                        .map(known -> with(known, change))
                                        .toList()))
                .toList();
    }

    private static GenerationCheckpoint with(
            GenerationCheckpoint known, UnaryOperator<PhysicalId> change) {
        return new GenerationCheckpoint(
                known.fileId(),
                known.path(),
                known.offset(),
                known.lines(),
                known.bytes(),
                known.hash(),
                known.openLine(),
                known.lastEventTime(),
                known.previous(),
                known.size(),
                known.ended(),
                new Evidence(change.apply(known.evidence().physical()), known.evidence().content()),
                known.skippedBehind());
    }
}
