package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.ShipperStatus.State;
import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

@ExtendWith(EmbeddedStackExtension.class)
class ShipperIT {

    private static final Duration DRAIN = Duration.ofSeconds(30);

    @TempDir Path work;

    private ShippingRig rig;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        rig = new ShippingRig(work, stack.kafka());
    }

    @Test
    void shipsToTheEndAndContinuesAPartialLineInALaterRun() throws Exception {
        rig.write("app.log", "start\nGET /\n\nno newline yet");
        rig.write("empty.log", "");
        rig.write("one.log", "x");

        DrainReport first = rig.untilEof();
        rig.write("app.log", " and its rest\n");
        DrainReport second = rig.untilEof();

        assertThat(first.complete()).isTrue();
        assertThat(second.complete()).isTrue();
        String id = rig.lines().getFirst().span().substring(0, 16);
        assertThat(rig.lines().stream().filter(line -> line.key().equals(rig.key("app.log"))))
                .extracting(
                        line -> line.value() + "|" + line.span().substring(16) + "|" + line.flags())
                .containsExactly(
                        "start|:0-6|",
                        "GET /|:6-12|",
                        "|:12-13|",
                        "no newline yet|:13-27|partial",
                        " and its rest|:27-41|continued");
        assertThat(id).matches("[0-9a-f]{16}");
        assertThat(rig.verdict("app.log"))
                .returns(5L, StreamVerdict::lines)
                .returns(41L, StreamVerdict::bytes)
                .returns(true, StreamVerdict::sealed)
                .returns(true, StreamVerdict::holds);
        assertThat(rig.verdict("empty.log").sealed()).isTrue();
        assertThat(rig.verdict("one.log").bytes()).isEqualTo(1);
    }

    /** With whole lines, after a rotation, and in a file that was empty. */
    @Test
    void aLaterRunReopensTheSealsOfFilesThatGrew() throws Exception {
        rig.write("app.log", "1\n");
        rig.write("rotated.log", "1\n");
        rig.write("empty.log", "");
        rig.write("quiet.log", "1\n");
        assertThat(rig.untilEof().complete()).isTrue();

        rig.write("app.log", "2\n");
        rig.write("rotated.log", "2\n");
        rig.move("rotated.log", "rotated.log.1");
        rig.write("rotated.log", "3\n");
        rig.write("empty.log", "1\n");
        assertThat(rig.untilEof().complete()).isTrue();
        rig.write("app.log", "3\n");
        assertThat(rig.untilEof().complete()).isTrue();

        assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
        assertThat(rig.values("rotated.log")).containsExactly("1", "2", "3");
        assertThat(rig.values("empty.log")).containsExactly("1");
        assertThat(rig.values("quiet.log")).containsExactly("1");
        for (String name : List.of("app.log", "rotated.log", "empty.log", "quiet.log")) {
            assertThat(rig.verdict(name))
                    .as(name)
                    .returns(true, StreamVerdict::sealed)
                    .returns(true, StreamVerdict::holds);
        }
    }

    @Test
    void endsWhenNothingMatches() throws Exception {
        DrainReport report = rig.untilEof();

        assertThat(report.complete()).isTrue();
        assertThat(report.streams()).isEmpty();
    }

    @Test
    void followsRotationWithNamesOutsideTheGlobsInOrder() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper shipper = rig.start()) {
            rig.awaitLines(shipper, 1);
            for (int turn = 2; turn < 7; turn++) {
                rig.write("app.log", turn + "a\n");
                rotate(4);
                rig.write("app.log", turn + "b\n");
            }
            DrainReport report = shipper.drain(DRAIN);
            assertThat(report.complete()).as("%s", report).isTrue();
            assertThat(shipper.drain(DRAIN)).isEqualTo(report);
        }

        assertThat(rig.values("app.log"))
                .containsExactly("1", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b", "6a", "6b");
        assertProven("app.log", 11);
        assertThat(rig.verify().streams()).hasSize(1);
    }

    @Test
    void finishesWhatWasRotatedWhileItWasDown() throws Exception {
        rig.write("app.log", "1\n2\n");
        try (Shipper shipper = rig.start()) {
            rig.awaitLines(shipper, 2);
        }
        rig.write("app.log", "3\n");
        rotate(3);
        rig.write("app.log", "4\n");
        rotate(3);
        rig.write("app.log", "5\n");

        assertThat(rig.untilEof().complete()).isTrue();

        assertThat(rig.values("app.log")).containsExactly("1", "2", "3", "4", "5");
        assertProven("app.log", 5);
    }

    @Test
    void doesNotMakeAStreamOfItsOwnOfARenamedFile() throws Exception {
        rig.write("app.log", "1\n");
        assertThat(
                        Shippers.start(rig.config(true, "app.log*", "state", 0, Optional.empty()))
                                .ended()
                                .get()
                                .complete())
                .isTrue();
        rotate(3);
        rig.write("app.log", "2\n");

        assertThat(
                        Shippers.start(rig.config(true, "app.log*", "state", 0, Optional.empty()))
                                .ended()
                                .get()
                                .complete())
                .isTrue();

        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.verify().streams()).hasSize(1);
    }

    @Test
    void shipsAFileThatIsDeletedUnread() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper shipper = rig.start()) {
            rig.awaitLines(shipper, 1);
            try (FileChannel writer =
                    FileChannel.open(rig.logs.resolve("app.log"), StandardOpenOption.APPEND)) {
                Files.delete(rig.logs.resolve("app.log"));
                writer.write(
                        java.nio.ByteBuffer.wrap(
                                "2\n3".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }
            rig.write("app.log", "4\n");
            assertThat(shipper.drain(DRAIN).complete()).isTrue();
        }

        assertThat(rig.values("app.log")).containsExactly("1", "2", "3", "4");
        assertProven("app.log", 4);
    }

    @Test
    void beginsANewGenerationAfterATruncation() throws Exception {
        rig.write("app.log", "1\n2\n");
        try (Shipper shipper = rig.start()) {
            rig.awaitLines(shipper, 2);
            Files.writeString(rig.logs.resolve("app.log"), "3 and beyond the old end\n");
            rig.awaitLines(shipper, 3);
            assertThat(shipper.drain(DRAIN).complete()).isTrue();
        }
        Files.writeString(rig.logs.resolve("app.log"), "4\n");
        assertThat(rig.untilEof().complete()).isTrue();

        assertThat(rig.values("app.log"))
                .containsExactly("1", "2", "3 and beyond the old end", "4");
        assertProven("app.log", 4);
    }

    @Test
    void doesNotSkipTheHeadOfAReusedInode() throws Exception {
        rig.write("app.log", "header\nold\n");
        assertThat(rig.untilEof().complete()).isTrue();
        // ext4 gives the inode of a file that was just deleted to the next one.
        Files.delete(rig.logs.resolve("app.log"));
        rig.write("app.log", "header\nold\nnew\n");
        assertThat(rig.untilEof().complete()).isTrue();

        assertThat(rig.values("app.log")).containsExactly("header", "old", "header", "old", "new");
        assertProven("app.log", 5);
    }

    @Test
    void keepsIdenticalFilesApart() throws Exception {
        rig.write("a.log", "same\n");
        rig.write("b.log", "same\n");
        assertThat(rig.untilEof().complete()).isTrue();
        rig.write("a.log", "a\n");
        rig.write("b.log", "b\n");
        rig.write("c.log", "same\n");
        assertThat(rig.untilEof().complete()).isTrue();

        assertThat(rig.values("a.log")).containsExactly("same", "a");
        assertThat(rig.values("b.log")).containsExactly("same", "b");
        assertThat(rig.values("c.log")).containsExactly("same");
    }

    @Test
    void shipsAFileWithSeveralNamesOnce() throws Exception {
        rig.write("b.log", "1\n");
        Files.createLink(rig.logs.resolve("a.log"), rig.logs.resolve("b.log"));
        Files.createSymbolicLink(rig.logs.resolve("c.log"), rig.logs.resolve("b.log"));

        assertThat(rig.untilEof().complete()).isTrue();

        assertThat(rig.lines()).hasSize(1);
        assertThat(rig.values("a.log")).containsExactly("1");
    }

    @Test
    void continuesAStreamOnAVolumeThatWasRestoredElsewhere() throws Exception {
        Path here = Files.createDirectories(work.resolve("here"));
        Files.writeString(here.resolve("app.log"), "1\n2\n");
        runOnVolume(here, 1);
        Path there = Files.createDirectories(work.resolve("there"));
        // A copy has other inodes and birth times; only the content tells.
        Files.writeString(there.resolve("app.log"), "1\n2\n3\n");
        runOnVolume(there, 2);

        assertThat(rig.lines())
                .extracting(ShippingRig.Line::key, ShippingRig.Line::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("-/-/-/logs/vol:app.log", "1"),
                        org.assertj.core.groups.Tuple.tuple("-/-/-/logs/vol:app.log", "2"),
                        org.assertj.core.groups.Tuple.tuple("-/-/-/logs/vol:app.log", "3"));
        assertThat(rig.verify().holds()).isTrue();
    }

    @Test
    void refusesToStartWithALowerOwnerEpoch() throws Exception {
        Path here = Files.createDirectories(work.resolve("here"));
        Files.writeString(here.resolve("app.log"), "1\n");
        runOnVolume(here, 2);

        assertThatThrownBy(() -> runOnVolume(here, 1))
                .isInstanceOfSatisfying(
                        ShipperException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.FENCED));
    }

    @Test
    void fencesTheFirstShipperOfAnOrigin() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper first = rig.start()) {
            rig.awaitLines(first, 1);
            try (Shipper second =
                    Shippers.start(rig.config(false, "*.log", "other", 0, Optional.empty()))) {
                rig.write("app.log", "2\n");
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> first.status().state() == State.FENCED);
                assertThatThrownBy(() -> first.ended().get())
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOfSatisfying(
                                ShipperException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.FENCED));
                rig.write("app.log", "3\n");
                assertThat(second.drain(DRAIN).complete()).isTrue();
            }
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
        assertProven("app.log", 3);
    }

    @Test
    void refusesASecondShipperInTheSameStateDirectory() throws Exception {
        try (Shipper first = rig.start()) {
            assertThat(first.status().state()).isNotEqualTo(State.FAILED);
            assertThatThrownBy(() -> rig.start())
                    .isInstanceOfSatisfying(
                            ShipperException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.STATE_UNUSABLE));
        }
        // The refused one must not have given the lock of the first back.
        try (Shipper again = rig.start()) {
            assertThat(again.status().state()).isNotEqualTo(State.FAILED);
        }
    }

    @Test
    void reportsExactlyWhatADrainWithoutTimeLeaves() throws Exception {
        rig.write("app.log", "1\n");
        Shipper shipper = rig.start();
        rig.awaitLines(shipper, 1);
        rig.write("app.log", "unterminated");
        DrainReport report = shipper.drain(Duration.ofMillis(400));
        shipper.close();

        assertThat(report.complete()).isFalse();
        assertThat(report.streams().getFirst().unshipped())
                .singleElement()
                .returns(2L, DrainReport.Unshipped::start)
                .returns(14L, DrainReport.Unshipped::end);
    }

    @Test
    void endsAtOnceWhenClosed() throws Exception {
        rig.write("app.log", "1\n");
        Shipper shipper = rig.start();
        rig.awaitLines(shipper, 1);
        shipper.close();

        assertThat(shipper.ended()).isCompletedExceptionally();
        assertThat(rig.verdict("app.log").sealed()).isFalse();
    }

    private void runOnVolume(Path root, long epoch) throws Exception {
        ShipperConfig config =
                rig.config(
                        true,
                        "*.log",
                        "state",
                        epoch,
                        Optional.of(new StreamScope.OnVolume("vol", root)));
        try (Shipper shipper = Shippers.start(config)) {
            assertThat(shipper.ended().get().complete()).isTrue();
        }
    }

    private void assertProven(String name, long lines) throws ShipperException {
        assertThat(rig.verdict(name))
                .returns(lines, StreamVerdict::lines)
                .returns(true, StreamVerdict::sealed)
                .returns(0L, StreamVerdict::missing)
                .returns(0L, StreamVerdict::doubled)
                .returns(0L, StreamVerdict::expired)
                .returns(0L, StreamVerdict::reordered)
                .returns(0L, StreamVerdict::damaged);
    }

    /** app.log becomes app.log.1, that app.log.2 and so on. */
    private void rotate(int keep) throws IOException {
        for (int number = keep; number >= 1; number--) {
            Path from = rig.logs.resolve("app.log." + number);
            if (Files.exists(from)) {
                rig.move("app.log." + number, "app.log." + (number + 1));
            }
        }
        rig.move("app.log", "app.log.1");
    }
}
