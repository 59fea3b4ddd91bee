package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.DrainReport.Unshipped;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.FileState;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.ShipperStatus.StreamStatus;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class StatusReportTest {

    @TempDir Path directory;
    private BookRig rig;
    private Path log;

    @BeforeEach
    void open() throws IOException {
        Path real = directory.toRealPath();
        log = real.resolve("app.log");
        rig = new BookRig(real, "*.log", List.of());
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private SourceStatus source(ShipperStatus status) {
        assertThat(status.sources()).hasSize(1);
        return status.sources().getFirst();
    }

    @Test
    void hasNothingToTellOfWhatIsCommitted() throws IOException {
        BookRig.append(log, "a\nb\n");
        rig.scan();
        rig.read();

        ShipperStatus status = rig.status("");

        assertThat(status.origin()).isEqualTo("o");
        assertThat(status.delivery()).isEqualTo("exactly-once");
        assertThat(status.files()).isEmpty();
        assertThat(status.problems()).isEmpty();
        assertThat(source(status))
                .isEqualTo(new SourceStatus("logs", "t", 1, 1, 2, 4, 0, 0, 0, 0, 0));
        assertThat(status.streams())
                .containsExactly(new StreamStatus("-/-/h/logs" + log, "t", 2, 4, 0));
    }

    @Test
    void showsASourceWithoutFiles() {
        rig.scan();

        assertThat(source(rig.status("")))
                .isEqualTo(new SourceStatus("logs", "t", 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    /** Nothing is read in an outage, so the sizes are looked at by the report. */
    @Test
    void countsBytesAndAgesInAnOutage() throws IOException {
        BookRig.append(log, "a\n");
        rig.scan();
        rig.read();
        BookRig.append(log, "bcd\n");
        rig.status("Kafka: away");
        rig.passWithoutReading(Duration.ofSeconds(7));
        BookRig.append(log, "e\n");

        ShipperStatus status = rig.status("Kafka: away");

        assertThat(status.waitingFor()).isEqualTo("Kafka: away");
        assertThat(status.files())
                .singleElement()
                .returns(FileState.READING, FileStatus::state)
                .returns(log.toString(), FileStatus::file)
                .returns("logs", FileStatus::source)
                .returns(8L, FileStatus::size)
                .returns(2L, FileStatus::committed)
                .returns(6L, FileStatus::behindBytes);
        assertThat(source(status).oldestUnshippedMs()).isBetween(7_000L, 9_000L);
        assertThat(source(status).behindBytes()).isEqualTo(6);
    }

    @Test
    void aFileFoundWithUnshippedBytesIsAsOldAsItsLastChange() throws IOException {
        BookRig.append(log, "unterminated");
        Files.setLastModifiedTime(log, FileTime.from(Instant.now().minusSeconds(600)));
        rig.scan();

        // The rig's clock is an hour ahead of the files.
        assertThat(source(rig.status("")).oldestUnshippedMs()).isBetween(4_190_000L, 4_260_000L);
    }

    @Test
    void isYoungAgainAfterACommit() throws IOException {
        BookRig.append(log, "a\n");
        rig.scan();
        rig.status("");
        rig.read();
        rig.status("");
        BookRig.append(log, "b");
        rig.passWithoutReading(Duration.ofSeconds(3));

        assertThat(source(rig.status("away")).oldestUnshippedMs()).isLessThan(4_000);
    }

    @Test
    void countsDeletedFilesThatAreKeptOpen() throws IOException {
        BookRig.append(log, "12345\n");
        rig.scan();
        Files.delete(log);
        rig.scan();

        ShipperStatus status = rig.status("");

        assertThat(source(status))
                .returns(1, SourceStatus::pinnedFiles)
                .returns(6L, SourceStatus::pinnedBytes)
                .returns(0, SourceStatus::files);
        assertThat(status.files())
                .singleElement()
                .returns(FileState.DELETED, FileStatus::state)
                .returns(6L, FileStatus::behindBytes);
    }

    @Test
    void aYoungerFileWaitsForTheOlderOne() throws IOException {
        BookRig.append(log, "old\n");
        rig.scan();
        Files.move(log, log.resolveSibling("app.log.1"));
        BookRig.append(log, "n\n");
        rig.scan();
        BookRig.append(log, "more\n");

        ShipperStatus status = rig.status("");

        assertThat(status.files())
                .extracting(FileStatus::state, FileStatus::behindBytes)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(FileState.READING, 4L),
                        org.assertj.core.groups.Tuple.tuple(FileState.WAITING, 7L));
        assertThat(source(status).files()).isEqualTo(2);
        assertThat(source(status).streams()).isEqualTo(1);
    }

    @Test
    void namesFilesThatCannotBeOpened() throws IOException {
        BookRig.append(log, "secret\n");
        rig.failToOpen(log);

        ShipperStatus status = rig.status("");

        assertThat(source(status).unreadableFiles()).isEqualTo(1);
        assertThat(source(status).behindBytes()).isEqualTo(7);
        assertThat(status.files())
                .singleElement()
                .returns(FileState.UNREADABLE, FileStatus::state)
                .returns(Unshipped.NO_ID, FileStatus::fileId);
        assertThat(status.problems())
                .singleElement()
                .asString()
                .contains("app.log cannot be opened");
    }

    /** Its size is not that of lines. */
    @Test
    void countsNoBytesOfACompressedFileThatIsDamaged() throws IOException {
        Path packed = log.resolveSibling("app.gz");
        Files.writeString(packed, "this is not gzip");
        try (BookRig compressed = new BookRig(directory.toRealPath(), "*.gz", List.of())) {
            compressed.scan();
            compressed.scan();

            ShipperStatus status = compressed.status("");

            assertThat(source(status).unreadableFiles()).isEqualTo(1);
            assertThat(source(status).behindBytes()).isZero();
            assertThat(source(status).oldestUnshippedMs()).isPositive();
            assertThat(status.files())
                    .singleElement()
                    .returns(FileState.UNREADABLE, FileStatus::state);
        }
    }

    @Test
    void namesFilesThatCannotBeRead() throws IOException {
        BookRig.append(log, "a\n");
        rig.scan();
        rig.book.streams().iterator().next().unreadable(new IOException("input/output error"));

        assertThat(rig.status("").problems())
                .singleElement()
                .asString()
                .contains("app.log cannot be read", "input/output error");
    }

    @Test
    void tellsWhatWasLostToARewrite() throws IOException {
        BookRig.append(log, "read\n");
        rig.scan();
        rig.read();
        BookRig.append(log, "never read\n");
        rig.status("look at the size");
        Files.writeString(log, "x\n");
        rig.read();

        assertThat(rig.status("").problems())
                .singleElement()
                .asString()
                .contains("app.log lost bytes 5-16");
    }

    @Test
    void showsTheWorstFilesOnlyAndSumsUpAll() throws IOException {
        int files = ShipperStatus.MOST_FILES + 20;
        for (int i = 0; i < files; i++) {
            BookRig.append(log.resolveSibling("f" + i + ".log"), "x".repeat(i + 1));
        }
        rig.scan();

        ShipperStatus status = rig.status("");

        assertThat(status.files()).hasSize(ShipperStatus.MOST_FILES);
        assertThat(status.streams()).hasSize(files);
        assertThat(source(status).behindBytes()).isEqualTo(files * (files + 1) / 2);
    }

    @Test
    void looksOnceASecondWhileNothingHappens() {
        StatusReport report = rig.statusReport();
        assertThat(report.isDue(0)).isTrue();
        report.status(ShipperStatus.State.RUNNING, "", 0);

        assertThat(report.isDue(Duration.ofMillis(999).toNanos())).isFalse();
        assertThat(report.isDue(Duration.ofSeconds(1).toNanos())).isTrue();
        report.changed();
        assertThat(report.isDue(Duration.ofMillis(99).toNanos())).isFalse();
        assertThat(report.isDue(Duration.ofMillis(100).toNanos())).isTrue();
    }
}
