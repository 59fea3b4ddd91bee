package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.DrainReport.Unshipped;
import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Rows 4 to 9 of the catalogue of losses: rotations faster than anybody looks, while nobody looks,
 * and while nothing can be shipped. Real files, no broker.
 */
class RotationsTest {

    /** Longer than a writer is waited for: a process that is forked has its handle for a moment. */
    private static final Duration A_WHILE = Duration.ofSeconds(15);

    @TempDir Path temp;

    private final SimulatedKafka kafka = new SimulatedKafka();
    private Path directory;
    private Path live;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        live = directory.resolve("app.log");
    }

    /** Row 7: whole files come and move on between two looks. */
    @Test
    void manyRotationsBetweenTwoLooksAreShippedInOrder() throws IOException {
        BookRig.append(live, "0\n");
        try (BookRig rig = run("*.log")) {
            rotateOften();
            rig.pass(A_WHILE.multipliedBy(5));

            assertThat(rig.shipped())
                    .containsExactly(
                            "0", "1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b");
            assertThat(rig.book.streams()).hasSize(1);
        }
    }

    /** Row 6. */
    @Test
    void manyRotationsWhileNobodyLooksAreShippedInOrder() throws IOException {
        BookRig.append(live, "0\n");
        try (BookRig rig = run("*.log")) {
            assertThat(rig.shipped()).containsExactly("0");
        }
        rotateOften();
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE.multipliedBy(5));

            assertThat(rig.shipped())
                    .containsExactly("1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b");
            assertThat(rig.book.streams()).hasSize(1);
        }
    }

    /** The same where a glob names the rotated files: what nobody saw is a stream of its own. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rotatedFilesThatAGlobNamesAreShippedOnce(boolean whileNobodyLooks) throws IOException {
        BookRig.append(live, "0\n");
        BookRig rig = run("app.log*");
        try {
            assertThat(rig.shipped()).containsExactly("0");
            if (whileNobodyLooks) {
                rig.close();
            }
            rotateOften();
            if (whileNobodyLooks) {
                rig = run("app.log*");
            }
            for (int i = 0; i < 3; i++) {
                rig.pass(Duration.ofSeconds(20));
            }
            assertThat(rig.shipped())
                    .containsExactlyInAnyOrder(
                            "1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b")
                    .containsSubsequence("1a", "5b");
        } finally {
            rig.close();
        }
    }

    private void rotateOften() throws IOException {
        for (int i = 1; i <= 5; i++) {
            BookRig.append(live, i + "a\n");
            rotate();
            born(live, i + "b\n");
        }
    }

    /** Row 9: of what is gone the seen part is told, once; what is there is shipped, once. */
    @Test
    void aRotationAndADeletionWhileNobodyLooksLoseWhatWasDeletedAndSaySo() throws IOException {
        BookRig.append(live, "1\n");
        try (BookRig rig = run("*.log")) {
            BookRig.append(live, "2 was seen\n");
            rig.status("a look at the size");
            rig.commit();
            assertThat(rig.shipped()).containsExactly("1");
        }
        rotate();
        born(live, "3\n");
        rotate();
        born(live, "4\n");
        Files.delete(live.resolveSibling("app.log.2"));
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("3", "4");
            assertThat(rig.report().complete()).isFalse();
            assertThat(rig.report().streams().getFirst().unshipped())
                    .singleElement()
                    .returns(2L, Unshipped::start)
                    .returns(13L, Unshipped::end);
        }
    }

    /** Row 9: the name is gone, the bytes are not, as long as a handle is open. */
    @Test
    void aRotationAndADeletionBetweenTwoLooksLoseNothing() throws IOException {
        BookRig.append(live, "1\n");
        try (BookRig rig = run("*.log")) {
            BookRig.append(live, "2\n");
            rotate();
            Files.delete(live.resolveSibling("app.log.1"));
            born(live, "3\n");
            rig.pass(Duration.ofSeconds(40));

            assertThat(rig.shipped()).containsExactly("1", "2", "3");
        }
    }

    /** Row 8: everything that was seen is kept open, however long nothing can be shipped. */
    @Test
    void rotationsWhileNothingCanBeShippedLoseNothing() throws IOException {
        BookRig.append(live, "0\n");
        try (BookRig rig = run("*.log")) {
            for (int i = 1; i <= 6; i++) {
                BookRig.append(live, i + "a\n");
                rotate();
                born(live, i + "b\n");
                Files.deleteIfExists(live.resolveSibling("app.log.3"));
                rig.passWithoutReading(Duration.ofMinutes(10));
            }
            rig.pass(Duration.ofMinutes(2));

            assertThat(rig.shipped())
                    .containsExactly(
                            "0", "1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b", "6a",
                            "6b");
        }
    }

    /** Row 4: what was read is not read again, what was not is told as far as it was seen. */
    @Test
    void aTruncationBetweenTwoLooksDoublesNothingAndTellsWhatWasSeen() throws IOException {
        BookRig.append(live, "read\n");
        try (BookRig rig = run("*.log")) {
            BookRig.append(live, "unread\n");
            rig.status("a look at the size");
            Files.writeString(live, "anew, and longer than everything before\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped())
                    .containsExactly("read", "anew, and longer than everything before");
            assertThat(rig.status("").problems())
                    .singleElement()
                    .asString()
                    .contains("lost bytes 5-12");
            assertThat(rig.report().complete()).isFalse();
        }
    }

    /** Row 5: emptied and written again and again, to lengths before and behind the old place. */
    @Test
    void aFileThatIsWrittenAnewOftenIsReadOnceEachTime() throws IOException {
        try (BookRig rig = run("*.log")) {
            for (int i = 0; i < 12; i++) {
                String line = "line " + i + " " + "x".repeat(i % 3 * 20);
                Files.writeString(live, line + "\n");
                rig.pass(Duration.ofSeconds(1));
                assertThat(rig.shipped()).containsExactly(line);
            }
        }
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).isEmpty();
        }
    }

    /** Row 5, while nobody looks: to a length behind the old place, with the old first line. */
    @Test
    void aFileThatWasWrittenAnewBeyondTheOldPlaceIsReadFromItsHead() throws IOException {
        BookRig.append(live, "header\nold 1\nold 2\n");
        try (BookRig rig = run("*.log")) {
            assertThat(rig.shipped()).hasSize(3);
        }
        Files.writeString(live, "header\nnew 1\nnew 2\nnew 3\n");
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("header", "new 1", "new 2", "new 3");
        }
    }

    /** Row 6: the copy and the file it was made of are there at once, and so is a gzip of it. */
    @Test
    void aFileThatIsThereTwiceAsItselfAndCompressedIsShippedOnce() throws Exception {
        BookRig.append(live, "1\n2\n");
        try (BookRig rig = run("app.log*")) {
            rotate();
            born(live, "3\n");
            rig.pass(A_WHILE);
            compressKeeping(live.resolveSibling("app.log.1"));
            rig.pass(Duration.ofSeconds(30));
            Files.delete(live.resolveSibling("app.log.1"));
            rig.pass(Duration.ofSeconds(30));

            assertThat(rig.shipped()).containsExactly("1", "2", "3");
        }
    }

    private static void compressKeeping(Path file) throws Exception {
        Process gzip = new ProcessBuilder("gzip", "--keep", file.toString()).inheritIO().start();
        assertThat(gzip.waitFor()).isZero();
    }

    /** app.log becomes app.log.1, that app.log.2 and so on. */
    private void rotate() throws IOException {
        for (int number = 20; number >= 1; number--) {
            Path from = live.resolveSibling("app.log." + number);
            if (Files.exists(from)) {
                Files.move(from, live.resolveSibling("app.log." + (number + 1)));
            }
        }
        Files.move(live, live.resolveSibling("app.log.1"));
    }

    /** A file that is younger than the last one by a tick of the file system's clock. */
    private void born(Path file, String content) throws IOException {
        Instant before = birth(live.resolveSibling("app.log.1"));
        do {
            Files.deleteIfExists(file);
            Files.writeString(file, content);
        } while (!birth(file).isAfter(before));
    }

    private static Instant birth(Path file) throws IOException {
        return Files.exists(file)
                ? Files.readAttributes(file, BasicFileAttributes.class).creationTime().toInstant()
                : Instant.EPOCH;
    }

    private BookRig run(String glob) throws IOException {
        BookRig rig = new BookRig(directory, List.of(glob), kafka, 64);
        rig.scan();
        rig.read();
        return rig;
    }
}
