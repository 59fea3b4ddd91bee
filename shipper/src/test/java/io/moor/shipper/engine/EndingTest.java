package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.DrainReport;
import io.moor.shipper.DrainReport.Unshipped;
import io.moor.shipper.Origin;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.engine.StreamReader.Mode;
import io.moor.shipper.tail.FileTail;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Simulations: what a drain takes for read, and what it reports. */
class EndingTest {

    @TempDir Path temp;

    private Path directory;
    private Path live;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        live = directory.resolve("app.log");
    }

    @Test
    void aKnownFileThatCannotBeOpenedIsNotRead() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce();
        BookRig.append(live, "two\n");
        try (BookRig rig = new BookRig(directory, "*.log", checkpoints)) {
            // Not scanned: as after a scan in which the file could not be opened.
            assertThat(rig.ending.allRead()).isFalse();
            assertThat(rig.ending.quiet(System.nanoTime())).isFalse();
            assertThat(rig.ending.quietStreams(System.nanoTime())).isEmpty();
            assertThat(rig.report().streams().getFirst().unshipped())
                    .extracting(Unshipped::start, Unshipped::end)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple(4L, 8L));
            assertThat(rig.report().complete()).isFalse();
        }
    }

    /** Opening fails also for root, which rights do not stop: the file turns into a directory. */
    @Test
    void aNewFileThatCannotBeOpenedIsReported() throws IOException {
        BookRig.append(live, "one\n");
        try (BookRig rig = new BookRig(directory, "*.log", List.of())) {
            rig.failToOpen(live);

            assertThat(rig.ending.allRead()).isFalse();
            assertThat(rig.ending.quiet(System.nanoTime())).isFalse();
            assertThat(rig.report().complete()).isFalse();
            assertThat(rig.report().streams().getFirst().unshipped())
                    .singleElement()
                    .returns(live.toString(), Unshipped::file)
                    .returns(Unshipped.NO_ID, Unshipped::fileId);

            assertThat(rig.scan()).isTrue();
            rig.turns(Mode.TO_END);
            assertThat(rig.ending.allRead()).isTrue();
        }
    }

    /** Files that are over are looked at every two minutes at last. */
    @Test
    void aFileThatGrewAfterItWasOverIsNotRead() throws IOException {
        BookRig.append(live, "one\n");
        Path rotated = directory.resolve("app.log.1");
        try (BookRig rig = new BookRig(directory, "*.log", List.of())) {
            rig.pass(Duration.ofSeconds(2));
            Files.move(live, rotated);
            BookRig.append(live, "two\n");
            rig.pass(Duration.ofMinutes(30));
            BookRig.append(rotated, "late\n");
            rig.scan();
            rig.turns(Mode.TO_END);

            assertThat(rig.allReadStill()).isFalse();
            assertThat(rig.report().streams().getFirst().unshipped())
                    .singleElement()
                    .returns(rotated.toString(), Unshipped::file)
                    .returns(4L, Unshipped::start)
                    .returns(9L, Unshipped::end);

            rig.ending.again();
            rig.turns(Mode.TO_END);
            rig.commit();
            assertThat(rig.allReadStill()).isTrue();
            assertThat(rig.shipped()).containsExactly("one", "two", "late");
        }
    }

    @Test
    void theRestOfACompressedFileIsToldInDecompressedBytes() throws IOException {
        byte[] content = ("x".repeat(200_000) + "\n").repeat(10).getBytes(UTF_8);
        Path gz = directory.resolve("app.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
            out.write(content);
        }
        List<StreamCheckpoint> checkpoints;
        try (BookRig rig = new BookRig(directory, "*.gz", List.of())) {
            rig.scan();
            checkpoints = rig.commit();
        }
        try (BookRig rig = new BookRig(directory, "*.gz", checkpoints)) {
            // Not scanned: as after a scan in which the file could not be opened.
            assertThat(rig.report().streams().getFirst().unshipped())
                    .singleElement()
                    .returns(0L, Unshipped::start)
                    .returns((long) content.length, Unshipped::end);
        }
    }

    @Test
    void aDirectoryThatIsGoneWithNothingKnownBehindHoldsNothingUp() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce();
        Files.delete(live);
        Files.delete(directory);
        try (BookRig rig = new BookRig(directory, "*.log", checkpoints)) {
            rig.pass(Duration.ofSeconds(2));

            assertThat(rig.ending.allRead()).isTrue();
        }
    }

    @Test
    void whatAnAbortTookBackIsNotSealed() throws IOException {
        BookRig.append(live, "one\nrest");
        try (BookRig rig = new BookRig(directory, "*.log", List.of())) {
            rig.scan();
            rig.turns(Mode.TO_END);
            Set<LogStream> flushed = Set.copyOf(rig.book.streams());
            assertThat(rig.ending.read(flushed)).hasSize(1);

            rig.book.rollback();

            assertThat(rig.ending.read(flushed)).isEmpty();
        }
    }

    @Test
    void whatVanishedUnshippedIsReportedOnce() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("two\nthree");
        Files.delete(live);
        List<StreamCheckpoint> sealed;
        try (BookRig rig = new BookRig(directory, "*.log", checkpoints)) {
            rig.pass(Duration.ofSeconds(2));

            assertThat(rig.report().streams().getFirst().unshipped())
                    .singleElement()
                    .returns(4L, Unshipped::start)
                    .returns(13L, Unshipped::end);
            sealed = rig.commit(Set.copyOf(rig.book.streams()));
        }
        try (BookRig rig = new BookRig(directory, "*.log", sealed)) {
            rig.pass(Duration.ofSeconds(2));

            assertThat(rig.report().streams().getFirst().unshipped()).isEmpty();
        }
    }

    @Test
    void whatATruncationTookUnshippedIsReported() throws IOException {
        BookRig.append(live, "one\n");
        List<StreamCheckpoint> checkpoints = shippedOnce("two\n");
        Files.writeString(live, "x\n");
        List<StreamCheckpoint> later;
        try (BookRig rig = new BookRig(directory, "*.log", checkpoints)) {
            rig.pass(Duration.ofSeconds(2));
            assertLost(rig);
            later = rig.commit();
        }
        try (BookRig rig = new BookRig(directory, "*.log", later)) {
            rig.pass(Duration.ofSeconds(2));
            assertLost(rig);
        }
    }

    @Test
    void aReportWithoutStreamsIsCompleteOnlyAfterADrain() {
        assertThat(new DrainReport(new Origin("o"), List.of()).complete()).isTrue();
        assertThat(new DrainReport(new Origin("o"), List.of(), DrainReport.End.CLOSED).complete())
                .isFalse();
        assertThat(new DrainReport(new Origin("o"), List.of(), DrainReport.End.FAILED).complete())
                .isFalse();
    }

    private static void assertLost(BookRig rig) {
        assertThat(rig.report().streams().getFirst().unshipped())
                .singleElement()
                .returns(4L, Unshipped::start)
                .returns(8L, Unshipped::end);
    }

    private List<StreamCheckpoint> shippedOnce() throws IOException {
        return shippedOnce("");
    }

    /** Ships what is there; then the file grows, which is seen and not shipped. */
    private List<StreamCheckpoint> shippedOnce(String more) throws IOException {
        try (BookRig rig = new BookRig(directory, "*.log", List.of())) {
            rig.scan();
            rig.read();
            BookRig.append(live, more);
            FileTail tail = rig.book.streams().iterator().next().generations().getFirst().tail();
            if (tail != null) {
                tail.hasNews();
            }
            return rig.commit();
        }
    }
}
