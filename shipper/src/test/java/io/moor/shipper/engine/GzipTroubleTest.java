package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.engine.StreamReader.Mode;
import io.moor.shipper.kafka.SimulatedKafka;

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
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compressed files that begin alike, are judged while their lines are still read from another
 * place, are written anew or are damaged. Simulations with real files and without a broker.
 */
class GzipTroubleTest {

    private static final Duration A_WHILE = Duration.ofSeconds(30);

    @TempDir Path temp;

    private Path directory;
    private Path live;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        live = directory.resolve("app.log");
    }

    /** The plain file is read to its end through its handle, and only then the copy is judged. */
    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void aRotationCompressedWhileItIsReadIsShippedOnce(String glob) throws IOException {
        BookRig.append(live, "one\n");
        try (BookRig rig = run(glob, List.of())) {
            BookRig.append(live, "two\nthree\n");
            compress(Files.move(live, directory.resolve("app.log.1")));
            BookRig.append(live, "four\n");
            rig.pass(Duration.ofMinutes(60));
            BookRig.append(directory.resolve("app.log.tick"), "");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("one", "two", "three", "four");
            assertThat(rig.book.streams().iterator().next().generations()).hasSize(2);
        }
    }

    /** The first takes the place of the file that was known; the next is no copy of it. */
    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void severalCompressedFilesThatBeginAlikeAreAllShipped(String glob) throws IOException {
        BookRig.append(live, "start\n");
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run(glob, List.of())) {
            checkpoints = rig.commit();
        }
        BookRig.append(live, "one\n");
        Path older = rotate("app.log.2", "start\ntwo\n");
        Path newer = rotate("app.log.1", "start\nthree\n");
        compress(older);
        compress(newer);
        try (BookRig rig = run(glob, checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped())
                    .containsExactlyInAnyOrder("one", "start", "two", "start", "three");
            assertThat(rig.report().streams())
                    .allSatisfy(each -> assertThat(each.unshipped()).isEmpty());
        }
    }

    /** What is still on disk is shorter than the compressed file, which then is no copy of it. */
    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void aCompressedFileThatBeginsLikeOneStillOnDiskIsShipped(String glob) throws IOException {
        BookRig.append(live, "start\n");
        try (BookRig rig = run(glob, List.of())) {
            rotate("app.log.2", "start\none\n");
            Path unseen = rotate("app.log.1", "start\ntwo\n");
            compress(unseen);
            rig.pass(A_WHILE);

            assertThat(rig.shipped())
                    .containsExactlyInAnyOrder("start", "start", "one", "start", "two");
        }
    }

    /** As gzip with -k makes it, and copytruncate with compression before it truncates. */
    @ParameterizedTest
    @ValueSource(strings = {"*.log", "app.log*"})
    void aCompressedCopyOfAFileStillOnDiskIsNotShipped(String glob) throws IOException {
        BookRig.append(live, "start\none\n");
        try (BookRig rig = run(glob, List.of())) {
            pause();
            Path copy = directory.resolve("app.log.1");
            Files.copy(live, copy);
            compress(copy);
            BookRig.append(live, "two\n");
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("start", "one", "two");
        }
    }

    @Test
    void aCompressedFileWrittenAnewInPlaceIsShippedAgain() throws IOException {
        Path file = Files.write(directory.resolve("data.gz"), gzip("a\n"));
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("*.gz", List.of())) {
            rig.pass(A_WHILE);
            Files.write(file, gzip("b is other\nand longer than it was before\n"));
            rig.pass(Duration.ofMinutes(10));

            assertThat(rig.shipped())
                    .containsExactly("a", "b is other", "and longer than it was before");
            checkpoints = rig.commit();
        }
        try (BookRig rig = run("*.gz", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).isEmpty();
            assertThat(rig.report().streams().getFirst().unshipped()).isEmpty();
        }
    }

    /** Half read, and then damaged: told, and continued when it is whole again. */
    @Test
    void aHalfReadCompressedFileThatIsDamagedDoesNotHoldTheNextOnesUp() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = run("*.log", List.of())) {
            checkpoints = rig.commit();
        }
        List<String> lines = IntStream.range(0, 60_000).mapToObj(n -> n + " " + n * 7919L).toList();
        BookRig.append(live, String.join("\n", lines) + "\n");
        Path gz = compress(Files.move(live, directory.resolve("app.log.1")));
        int first;
        try (BookRig rig = new BookRig(directory, "*.log", checkpoints)) {
            rig.scan();
            rig.turns(Mode.FOLLOW);
            checkpoints = rig.commit();
            first = rig.shipped().size();
            assertThat(first).isBetween(1, lines.size() - 1);
        }
        byte[] whole = Files.readAllBytes(gz);
        Files.write(gz, Arrays.copyOf(whole, whole.length / 2));
        BookRig.append(live, "new\n");
        try (BookRig rig = run("*.log", checkpoints)) {
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("new");
            assertThat(rig.report().streams().getFirst().unshipped()).isNotEmpty();

            Files.write(gz, whole);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).hasSize(lines.size() - first);
            assertThat(rig.report().streams().getFirst().unshipped()).isEmpty();
        }
    }

    /** Without compression nothing but the checksum would tell that bytes are of another file. */
    @ParameterizedTest
    @ValueSource(ints = {Deflater.NO_COMPRESSION, Deflater.BEST_SPEED})
    void aHalfReadCompressedFileThatIsWrittenAnewInPlaceIsNoticedAtOnce(int level)
            throws IOException {
        List<String> before = IntStream.range(0, 99_000).mapToObj("old %08d"::formatted).toList();
        List<String> after = IntStream.range(0, 99_000).mapToObj("new %08d"::formatted).toList();
        Path file = Files.write(directory.resolve("data.gz"), gzip(before, level));
        try (BookRig rig = new BookRig(directory, "*.gz", List.of())) {
            rig.scan();
            rig.turns(Mode.FOLLOW);
            rig.commit();
            List<String> shipped = rig.shipped();
            assertThat(shipped.size()).isBetween(1, before.size() - 1);
            assertThat(before).startsWith(shipped.toArray(String[]::new));

            Files.write(file, gzip(after, level));
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).isEqualTo(after);
            assertThat(rig.report().streams().getFirst().unshipped()).hasSize(1);
        }
    }

    /** When it was read to its end, and has no handle any more. */
    @Test
    void aCompressedFileWrittenAnewToTheSameSizeIsShippedAgain() throws IOException {
        Path file =
                Files.write(
                        directory.resolve("data.gz"),
                        gzip(List.of("one", "two"), Deflater.NO_COMPRESSION));
        try (BookRig rig = run("*.gz", List.of())) {
            rig.pass(Duration.ofMinutes(1));
            Files.write(file, gzip(List.of("uno", "dos"), Deflater.NO_COMPRESSION));
            rig.pass(Duration.ofMinutes(10));

            assertThat(rig.shipped()).containsExactly("one", "two", "uno", "dos");
        }
    }

    /** As after an outage: each keeps its handle until it is read. */
    @Test
    void manyCompressedFilesAreOpenedAFewAtATime() throws IOException {
        List<String> lines = IntStream.range(0, 200).mapToObj(n -> "line " + n).toList();
        for (int i = 0; i < lines.size(); i++) {
            compress(BookRig.append(directory.resolve("f" + i + ".log"), lines.get(i) + "\n"));
        }
        try (BookRig rig = new BookRig(directory, List.of("*.gz"), new SimulatedKafka(), 8)) {
            for (int i = 0; i < 3; i++) {
                rig.scan();
                assertThat(
                                rig.book.streams().stream()
                                        .flatMap(stream -> stream.generations().stream())
                                        .filter(each -> each.tail() != null))
                        .hasSizeBetween(1, 8);
            }
            assertThat(rig.ending.allRead()).isFalse();
            rig.pass(Duration.ofMinutes(2));

            assertThat(rig.shipped()).containsExactlyInAnyOrderElementsOf(lines);
            assertThat(rig.ending.allRead()).isTrue();
        }
    }

    private BookRig run(String glob, List<StreamCheckpoint> checkpoints) throws IOException {
        BookRig rig = new BookRig(directory, glob, checkpoints);
        rig.scan();
        rig.read();
        return rig;
    }

    /** Renames the live file and begins the next one, born later. */
    private Path rotate(String name, String next) throws IOException {
        Path rotated = Files.move(live, directory.resolve(name));
        pause();
        BookRig.append(live, next);
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

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] gzip(List<String> lines, int level) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                new GZIPOutputStream(bytes) {
                    {
                        def.setLevel(level);
                    }
                }) {
            out.write((String.join("\n", lines) + "\n").getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
