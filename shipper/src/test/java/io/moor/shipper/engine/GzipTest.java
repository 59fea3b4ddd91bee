package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.engine.StreamReader.Mode;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/**
 * Rows 6, 7 and 17 of the catalogue of losses: rotated files that are compressed, while somebody
 * looks and while nobody does. Simulations with real files and without a broker.
 */
class GzipTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @TempDir Path temp;

    private Path directory;
    private Path live;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        live = directory.resolve("app.log");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void shipsTheRestOfAFileThatWasRenamedAndCompressedWhileNobodyLooked(String glob)
            throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce(glob);
        BookRig.append(live, "two\nthree");
        compress(Files.move(live, directory.resolve("app.log.1")));
        BookRig.append(live, "four\n");
        try (BookRig rig = run(glob, checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("two", "three", "four");
            assertThat(rig.book.streams()).hasSize(1);
            assertThat(rig.report().streams().getFirst().unshipped()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void shipsTheRestOfAFileThatWasCompressedUnderItsOwnName(String glob) throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce(glob);
        BookRig.append(live, "two\n");
        compress(live);
        try (BookRig rig = run(glob, checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("two");
        }
    }

    @Test
    void shipsNothingOfACompressedFileThatWasReadBefore() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("app.log*", List.of())) {
            Path rotated = Files.move(live, directory.resolve("app.log.1"));
            BookRig.append(live, "two\n");
            rig.pass(A_WHILE);
            compress(rotated);
            rig.pass(Duration.ofSeconds(30));
            checkpoints = rig.commit();

            assertThat(rig.shipped()).containsExactly("one", "two");
        }
        try (BookRig rig = run("app.log*", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).isEmpty();
            assertThat(rig.book.streams()).hasSize(1);
        }
    }

    @Test
    void shipsNothingOfACompressedFileThatWasReadBeforeItWasCompressedWhileNobodyLooked()
            throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("app.log*", List.of())) {
            Files.move(live, directory.resolve("app.log.1"));
            BookRig.append(live, "two\n");
            rig.pass(A_WHILE);
            checkpoints = rig.commit();
        }
        compress(directory.resolve("app.log.1"));
        Files.move(directory.resolve("app.log.1.gz"), directory.resolve("app.log.2.gz"));
        Files.move(live, directory.resolve("app.log.1"));
        BookRig.append(live, "three\n");
        try (BookRig rig = run("app.log*", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("three");
            assertThat(rig.book.streams()).hasSize(1);
        }
    }

    @Test
    void shipsWhatWasWrittenToARotatedFileBeforeItWasCompressed() throws IOException {
        BookRig.append(live, "one\n");
        Path rotated = directory.resolve("app.log.1");
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("*.log", List.of())) {
            Files.move(live, rotated);
            BookRig.append(live, "two\n");
            rig.pass(A_WHILE);
            checkpoints = rig.commit();
        }
        BookRig.append(rotated, "late\n");
        compress(rotated);
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("late");
        }
    }

    @Test
    void shipsACompressedFileNeverSeenBeforeAsAStreamOfItsOwn() throws IOException {
        compress(BookRig.append(directory.resolve("old.log"), "one\ntwo\nrest"));
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("*", List.of())) {
            rig.pass(A_WHILE);
            checkpoints = rig.commit();

            assertThat(rig.shipped()).containsExactly("one", "two", "rest");
            assertThat(checkpoints).hasSize(1);
            assertThat(checkpoints.getFirst().stream()).endsWith("old.log.gz");
            assertThat(checkpoints.getFirst().generations().getFirst().offset()).isEqualTo(12);
        }
        try (BookRig rig = run("*", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).isEmpty();
        }
    }

    @Test
    void shipsEveryMemberOfACompressedFileAndThoseAddedLater() throws IOException {
        Path file = directory.resolve("app.gz");
        Files.write(file, both(gzip("one\n"), gzip(""), gzip("two\nhalf")));
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("*.gz", List.of())) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("one", "two", "half");

            Files.write(file, both(Files.readAllBytes(file), gzip(" a line\nthree\n")));
            rig.pass(Duration.ofMinutes(5));
            assertThat(rig.shipped()).containsExactly(" a line", "three");
            checkpoints = rig.commit();
        }
        Files.write(file, both(Files.readAllBytes(file), gzip("four\n")));
        try (BookRig rig = run("*.gz", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("four");
        }
    }

    @Test
    void waitsForACompressedFileThatIsStillWritten() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("app.log*");
        BookRig.append(live, "two\n");
        byte[] whole = gzip(Files.readString(live));
        Path compressed = directory.resolve("app.log.1.gz");
        Files.delete(live);
        BookRig.append(live, "three\n");
        Files.write(compressed, Arrays.copyOf(whole, whole.length - 3));
        try (BookRig rig = new BookRig(directory, "app.log*", checkpoints)) {
            ahead(rig, compressed);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).isEmpty();
            assertThat(rig.ending.allRead()).isFalse();

            Files.write(compressed, whole);
            ahead(rig, compressed);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("two", "three");
        }
    }

    @Test
    void aCompressedFileThatIsNeverFinishedDoesNotHoldTheStreamUp() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        BookRig.append(live, "two\n");
        byte[] whole = gzip(Files.readString(live));
        Path compressed = directory.resolve("app.log.1.gz");
        Files.delete(live);
        BookRig.append(live, "three\n");
        Files.write(compressed, Arrays.copyOf(whole, whole.length - 3));
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(Duration.ofSeconds(15));
            assertThat(rig.shipped()).containsExactly("three");

            Files.write(compressed, whole);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("two");
        }
    }

    @Test
    void doesNotShipADamagedCompressedFileAndReportsIt() throws IOException {
        byte[] damaged = gzip("one\n" + "x".repeat(2_000) + "\n");
        damaged[damaged.length - 6] ^= 1;
        Path file = Files.write(directory.resolve("app.gz"), damaged);
        try (BookRig rig = run("*", List.of())) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).isEmpty();
            assertThat(rig.report().complete()).isFalse();

            damaged[damaged.length - 6] ^= 1;
            Files.write(file, damaged);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).hasSize(2).startsWith("one");
            assertThat(rig.report().streams().getFirst().unshipped()).isEmpty();
        }
    }

    /** Row 17: killed in the middle of a compressed file. */
    @Test
    void goesOnInTheMiddleOfACompressedFile() throws IOException {
        List<String> lines =
                IntStream.range(0, 60_000).mapToObj(n -> "line " + n + " " + n * 7919L).toList();
        compress(BookRig.append(directory.resolve("old.log"), String.join("\n", lines) + "\n"));
        List<StreamCheckpoint> checkpoints;
        List<String> first;
        try (BookRig rig = new BookRig(directory, "*", List.of())) {
            rig.scan();
            rig.turns(Mode.FOLLOW);
            checkpoints = rig.commit();
            first = rig.shipped();
        }
        assertThat(first).isNotEmpty().hasSizeLessThan(lines.size());
        try (BookRig rig = new BookRig(directory, "*", checkpoints)) {
            rig.scan();
            rig.turns(Mode.FOLLOW);
            rig.book.rollback();
            rig.discard();
            rig.pass(A_WHILE);

            assertThat(rig.shipped())
                    .hasSize(lines.size() - first.size())
                    .isEqualTo(lines.subList(first.size(), lines.size()));
        }
    }

    @Test
    void shipsARotationThatNobodySawBeforeItWasCompressed() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*.log");
        BookRig.append(live, "two\n");
        compress(Files.move(live, directory.resolve("app.log.2")));
        pause();
        BookRig.append(live, "unseen\n");
        compress(Files.move(live, directory.resolve("app.log.1")));
        pause();
        BookRig.append(live, "three\n");
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("two", "unseen", "three");
        }
    }

    @Test
    void keepsAnUnrelatedCompressedFileApartThatBeginsAlike() throws IOException {
        BookRig.append(live, "header\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("*");
        Files.delete(live);
        compress(BookRig.append(directory.resolve("other.log"), "header\nother\n"));
        try (BookRig rig = run("*", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("header", "other");
            assertThat(rig.book.streams()).hasSize(2);
        }
    }

    /** However many there are, only so many are decompressed at once. */
    @Test
    void shipsManyCompressedFiles() throws IOException {
        for (int i = 0; i < 40; i++) {
            compress(BookRig.append(directory.resolve("app" + i + ".log"), "line " + i + "\n"));
        }
        try (BookRig rig = run("*.gz", List.of())) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).hasSize(40).doesNotHaveDuplicates();
        }
    }

    private BookRig run(String glob, List<StreamCheckpoint> checkpoints) throws IOException {
        BookRig rig = new BookRig(directory, glob, checkpoints);
        rig.scan();
        rig.read();
        return rig;
    }

    private List<StreamCheckpoint> shippedOnce(String glob) throws IOException {
        try (BookRig rig = run(glob, List.of())) {
            return rig.commit();
        }
    }

    /** Time between two rotations, longer than a tick of the file system's clock. */
    private void pause() throws IOException {
        FileTime before = Files.getLastModifiedTime(directory);
        Path file = directory.resolve("tick");
        do {
            Files.deleteIfExists(file);
            Files.createFile(file);
        } while (!Files.getLastModifiedTime(file).toInstant().isAfter(before.toInstant()));
        Files.delete(file);
    }

    /** As if it was written just now, on the clock of the test. */
    private static void ahead(BookRig rig, Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(rig.now()));
    }

    /** As gzip does it: the modification time stays, the plain file goes last. */
    private static Path compress(Path file) throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        FileTime modified = Files.getLastModifiedTime(file);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        Files.setLastModifiedTime(compressed, modified);
        Files.delete(file);
        return compressed;
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] both(byte[]... parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.write(part);
        }
        return bytes.toByteArray();
    }
}
