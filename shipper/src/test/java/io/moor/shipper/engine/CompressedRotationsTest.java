package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Situations that random sequences found, with files compressed before they were read. */
class CompressedRotationsTest {

    private static final Duration A_WHILE = Duration.ofSeconds(30);
    private static final int MANY_HANDLES = 64;

    @TempDir Path temp;

    private final SimulatedKafka kafka = new SimulatedKafka();
    private Path directory;
    private Path live;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        live = directory.resolve("app.log");
    }

    /** Its last look came before its first commit, as in an outage. */
    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void aFileIsKnownByWhatWasSeenOfItWhenNothingIsCommitted(String glob) throws IOException {
        BookRig.append(live, "first\n");
        String fileId;
        try (BookRig rig = rig(glob, MANY_HANDLES)) {
            rig.scan();
            fileId = rig.book.streams().iterator().next().generations().getFirst().fileId();
            rig.commit();
            rig.shipped();
        }
        // Last written when the file that was seen was there, and it sorts before it.
        Path older = BookRig.append(directory.resolve("app.log.2"), "of another file\n");
        Files.setLastModifiedTime(older, Files.getLastModifiedTime(live));
        rotate("app.log.1", "second\n");
        compress(older);
        compress(directory.resolve("app.log.1"));
        try (BookRig rig = rig(glob, MANY_HANDLES)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).contains("first", "second").doesNotHaveDuplicates();
            assertThat(generation(rig, fileId).committedOffset()).isEqualTo("first\n".length());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void aLateLineIsShippedOnceWhenItsFileIsCompressedBeforeItIsRead(String glob)
            throws IOException {
        Files.createFile(live);
        try (BookRig rig = rig(glob, MANY_HANDLES)) {
            rig.pass(Duration.ofSeconds(1));
            rotate("app.log.0", "");
            rig.pass(Duration.ofSeconds(1));
            rotate("app.log.1", "next\n");
            rig.pass(Duration.ofSeconds(3));
            BookRig.append(directory.resolve("app.log.1"), "late\n");
            compress(directory.resolve("app.log.1"));
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactlyInAnyOrder("next", "late");
        }
    }

    @Test
    void aFileNeverSeenIsNotTakenForAnEmptyOneLongBefore() throws IOException {
        Files.createFile(live);
        String empty;
        try (BookRig rig = rig("app.log*", MANY_HANDLES)) {
            rig.pass(Duration.ofSeconds(1));
            empty = rig.book.streams().iterator().next().generations().getFirst().fileId();
            rotate("app.log.1", "one\n");
            rig.pass(Duration.ofSeconds(3));
            Files.delete(directory.resolve("app.log.1"));
            rig.pass(Duration.ofSeconds(3));
            rig.shipped();
        }
        rotate("app.log.2", "two\n");
        rotate("app.log.1", "three\n");
        compress(directory.resolve("app.log.1"));
        try (BookRig rig = rig("app.log*", MANY_HANDLES)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactlyInAnyOrder("two", "three");
            assertThat(generation(rig, empty).committedOffset()).isZero();
        }
    }

    @Test
    void anEmptyCompressedFileTakesNobodysPlace() throws IOException {
        Files.createFile(live);
        try (BookRig rig = rig("*.log", MANY_HANDLES)) {
            rig.scan();
            rig.commit();
            rig.shipped();
        }
        BookRig.append(live, "one\n");
        rotate("app.log.2", "");
        rotate("app.log.1", "three\n");
        FileTime older = Files.getLastModifiedTime(directory.resolve("app.log.2"));
        compress(directory.resolve("app.log.2"));
        Files.setLastModifiedTime(compress(directory.resolve("app.log.1")), older);
        try (BookRig rig = rig("*.log", MANY_HANDLES)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "three");
        }
    }

    @Test
    void aFileWithoutAHandleThatIsFilledAndCompressedComesInItsPlace() throws IOException {
        Files.createFile(live);
        for (int i = 0; i < 8; i++) {
            BookRig.append(directory.resolve("other" + i + ".log"), "other\n");
        }
        try (BookRig rig = rig("*.log", 2)) {
            rig.pass(Duration.ofSeconds(3));
            rig.shipped();
            assertThat(rig.isOpen(live)).isFalse();
            BookRig.append(live, "one\n");
            rotate("app.log.1", "two\n");
            compress(directory.resolve("app.log.1"));
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two");
        }
    }

    /** Of a stream that the compressed file may be of, too, by its name. */
    @Test
    void aFileThatMayBeCompressedIsNotGivenUpWhileAnotherOneIsMissing() throws IOException {
        Files.createFile(live);
        List<Path> others = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            others.add(BookRig.append(directory.resolve("app.log." + (i + 10)), "other\n"));
        }
        try (BookRig rig = rig("app.log*", 2)) {
            rig.pass(Duration.ofSeconds(3));
            rig.shipped();
            assertThat(rig.isOpen(live)).isFalse();
            assertThat(others).anyMatch(other -> !rig.isOpen(other));
            BookRig.append(live, "one\n");
            rotate("app.log.1", "two\n");
            compress(directory.resolve("app.log.1"));
            rig.scan();
            Files.delete(
                    others.stream().filter(other -> !rig.isOpen(other)).findFirst().orElseThrow());
            rig.scan();
            rig.read();
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two");
        }
    }

    /** That it is deleted is known only after a second look, and the next files wait for that. */
    @Test
    void aRotationThatNobodySawIsFoundAfterAFileWithoutAHandleWasDeleted() throws IOException {
        Files.createFile(live);
        for (int i = 0; i < 8; i++) {
            BookRig.append(directory.resolve("other" + i + ".log"), "other\n");
        }
        try (BookRig rig = rig("*.log", 2)) {
            rig.pass(Duration.ofSeconds(3));
            rig.shipped();
            assertThat(rig.isOpen(live)).isFalse();
            Files.delete(live);
            pause();
            BookRig.append(live, "one\n");
            rotate("app.log.1", "two\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two");
        }
    }

    /** With a handle, and without. */
    @ParameterizedTest
    @ValueSource(ints = {2, MANY_HANDLES})
    void aFileWrittenAnewToTheSameSizeIsNoticed(int handles) throws IOException {
        BookRig.append(live, "one\n");
        for (int i = 0; i < 8; i++) {
            BookRig.append(directory.resolve("other" + i + ".log"), "other\n");
        }
        try (BookRig rig = rig("*.log", handles)) {
            rig.pass(Duration.ofSeconds(3));
            rig.shipped();
            assertThat(rig.isOpen(live)).isEqualTo(handles == MANY_HANDLES);
            Files.writeString(live, "two\n");
            rig.pass(Duration.ofMinutes(2));

            assertThat(rig.shipped()).containsExactly("two");
        }
    }

    /** What stands in it then can be read through this handle only. */
    @Test
    void aFileWrittenAnewAndDeletedKeepsItsHandleWhenAllAreUsed() throws IOException {
        Path other = BookRig.append(directory.resolve("a.log"), "other\n");
        BookRig.append(live, "one\n");
        try (BookRig rig = rig("*.log", 4)) {
            rig.scan();
            rig.read();
            rig.shipped();
            Files.writeString(live, "x\n");
            Files.delete(live);
            Files.delete(other);
            BookRig.append(directory.resolve("unread.log"), "unread\n");
            rig.scan();
            Files.writeString(live, "next\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactlyInAnyOrder("x", "unread", "next");
        }
    }

    private BookRig rig(String glob, int handles) {
        return new BookRig(directory, List.of(glob), kafka, handles, directory);
    }

    private static Generation generation(BookRig rig, String fileId) {
        return rig.book.streams().stream()
                .flatMap(stream -> stream.generations().stream())
                .filter(each -> each.fileId().equals(fileId))
                .findFirst()
                .orElseThrow();
    }

    /** Renames the live file and begins the next one, born later. */
    private Path rotate(String name, String next) throws IOException {
        Path rotated = Files.move(live, directory.resolve(name));
        pause();
        Files.writeString(live, next);
        return rotated;
    }

    /** Time between two births, longer than a tick of the file system's clock. */
    private void pause() throws IOException {
        FileTime before = Files.getLastModifiedTime(directory);
        Path file = directory.resolve("tick");
        do {
            Files.deleteIfExists(file);
            Files.createFile(file);
        } while (!Files.getLastModifiedTime(file).toInstant().isAfter(before.toInstant()));
        Files.delete(file);
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
}
