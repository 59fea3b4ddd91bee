package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.DrainReport;
import io.moor.shipper.DrainReport.Late;
import io.moor.shipper.DrainReport.Unshipped;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class WrittenSinceTest {

    @TempDir Path directory;
    private BookRig rig;
    private Path log;

    @BeforeEach
    void open() throws IOException {
        Path real = directory.toRealPath();
        log = real.resolve("app.log");
        rig = new BookRig(real, "*.log*", List.of());
        BookRig.append(log, "a\nb\n");
        rig.scan();
        rig.read();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private List<Late> since(DrainReport report) {
        return WrittenSince.look(rig.config(), report);
    }

    private String id() {
        return rig.book.streams().iterator().next().generations().getFirst().fileId();
    }

    private Late late(Path file, String fileId, long start, long end) {
        return new Late(
                "-/-/h/logs" + file, "t", new Unshipped(file.toString(), fileId, start, end));
    }

    @Test
    void isNothingWhileNobodyWrites() {
        assertThat(since(rig.report())).isEmpty();
    }

    @Test
    void isWhatAFileGrewBy() throws IOException {
        DrainReport report = rig.report();
        BookRig.append(log, "late\n");

        assertThat(since(report)).containsExactly(late(log, id(), 4, 9));
    }

    @Test
    void isNotToldTwiceWhenTheReportHasIt() throws IOException {
        BookRig.append(log, "unread\n");
        DrainReport report = rig.report();

        assertThat(report.streams().getFirst().unshipped())
                .containsExactly(new Unshipped(log.toString(), id(), 4, 11));
        assertThat(since(report)).isEmpty();
    }

    @Test
    void isANewFile() throws IOException {
        DrainReport report = rig.report();
        Path other = BookRig.append(log.resolveSibling("other.log"), "late\n");
        Files.createFile(log.resolveSibling("empty.log"));

        assertThat(since(report)).containsExactly(late(other, Unshipped.NO_ID, 0, 5));
    }

    @Test
    void isWhatARenamedFileGrewByAndItsSuccessor() throws IOException {
        DrainReport report = rig.report();
        Path moved = Files.move(log, log.resolveSibling("app.log.1"));
        BookRig.append(moved, "c\n");
        BookRig.append(log, "d\n");

        assertThat(since(report))
                .containsExactlyInAnyOrder(
                        new Late(
                                "-/-/h/logs" + log,
                                "t",
                                new Unshipped(moved.toString(), id(), 4, 6)),
                        late(log, Unshipped.NO_ID, 0, 2));
    }

    @Test
    void isAFileWrittenAnew() throws IOException {
        DrainReport report = rig.report();
        Files.writeString(log, "x\n");

        assertThat(since(report)).containsExactly(late(log, Unshipped.NO_ID, 0, 2));
    }

    @Test
    void isNotACompressedCopy() throws IOException {
        DrainReport report = rig.report();
        Files.writeString(log.resolveSibling("app.log.1.gz"), "packed");

        assertThat(since(report)).isEmpty();
    }
}
