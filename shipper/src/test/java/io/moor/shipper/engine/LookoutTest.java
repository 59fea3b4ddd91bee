package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.engine.StreamReader.Mode;
import io.moor.shipper.hint.ChangeHints;
import io.moor.shipper.hint.DirectoryHints;
import io.moor.shipper.hint.NoHints;
import io.moor.shipper.kafka.SimulatedKafka;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How changes are noticed, with real files and the real hints; time stands still or is passed. */
class LookoutTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final long OFTEN = Orders.millis(100);

    @TempDir Path temp;

    private Path logs;
    private BookRig rig;
    private ChangeHints hints = new NoHints();
    private Lookout lookout;
    private long now = System.nanoTime();

    @BeforeEach
    void prepare() throws IOException {
        logs = temp.toRealPath();
        rig = new BookRig(logs, "*.log", List.of());
        lookout = rig.lookout(hints);
    }

    @AfterEach
    void close() {
        lookout.close();
        rig.close();
    }

    @Test
    void aWriteIsNoticedWithoutThatTimePasses() throws IOException {
        Path file = BookRig.append(logs.resolve("app.log"), "1\n");
        BookRig.append(logs.resolve("other.log"), "1\n");
        settle(true);

        BookRig.append(file, "2\n");

        Awaitility.await()
                .until(() -> {
                    lookout.listen(now);
                    return lookout.agenda().nextIn(now, HOUR) <= 0;
                });
        assertThat(round()).extracting(LogStream::livePath).containsExactly(file);
        rig.commit();
        assertThat(rig.shipped()).containsExactlyInAnyOrder("1", "1", "2");
        assertThat(lookout.scanIn(now)).isGreaterThan(OFTEN);
    }

    @Test
    void aNewFileIsNoticedLongBeforeTheNextLook() throws IOException {
        settle(true);

        BookRig.append(logs.resolve("new.log"), "1\n");

        Awaitility.await()
                .until(() -> {
                    lookout.listen(now);
                    return lookout.scanIn(now) <= OFTEN;
                });
        now += OFTEN;
        assertThat(lookout.scan(now)).isTrue();
        assertThat(round()).hasSize(1);
    }

    @Test
    void aFileThatIsOverAndGrowsIsNoticedByName() throws IOException {
        BookRig.append(logs.resolve("app.log"), "1\n");
        settle(true);
        Files.move(logs.resolve("app.log"), logs.resolve("app.log.1"));
        BookRig.append(logs.resolve("app.log"), "2\n");
        rig.pass(Duration.ofSeconds(30));
        settle(true);

        BookRig.append(logs.resolve("app.log.1"), "late\n");

        Awaitility.await()
                .until(() -> {
                    lookout.listen(now);
                    return lookout.scanIn(now) <= OFTEN;
                });
    }

    @Test
    void withoutHintsFilesAndDirectoriesAreLookedAtAllTheTime() throws IOException {
        Path file = BookRig.append(logs.resolve("app.log"), "1\n");
        settle(false);
        assertThat(lookout.scanIn(now)).isLessThanOrEqualTo(OFTEN);
        assertThat(lookout.agenda().nextIn(now, HOUR)).isLessThanOrEqualTo(Orders.millis(250 + 32));

        BookRig.append(file, "2\n");
        BookRig.append(logs.resolve("new.log"), "3\n");
        settle(false);

        rig.commit();
        assertThat(rig.shipped()).containsExactlyInAnyOrder("1", "2", "3");
    }

    /** What is told of nowhere is found all the same, only later. */
    @Test
    void aFileThatNobodyToldOfIsFoundByTheNextLookWithoutACause() throws IOException {
        Path file = BookRig.append(logs.resolve("app.log"), "1\n");
        // A name in a directory that is not watched.
        Path aside = Files.createDirectory(logs.resolve("aside"));
        Path linked = Files.createLink(aside.resolve("linked"), file);
        settle(true);

        BookRig.append(linked, "2\n");

        lookout.listen(now);
        long next = lookout.agenda().nextIn(now, HOUR);
        assertThat(next).isPositive().isLessThanOrEqualTo(ScanPace.SELDOM + OFTEN * 3);
        now += next;
        round();
        rig.commit();
        assertThat(rig.shipped()).containsExactly("1", "2");
    }

    /** The same of one that gave its handle back. */
    @Test
    void aClosedFileThatNobodyToldOfIsFoundByTheNextLookWithoutACause() throws IOException {
        rig.close();
        rig = new BookRig(logs, List.of("*.log"), new SimulatedKafka(), 4);
        Path aside = Files.createDirectory(logs.resolve("aside"));
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Path file = BookRig.append(logs.resolve("app" + i + ".log"), "1\n");
            Files.createLink(aside.resolve(file.getFileName()), file);
            files.add(file);
        }
        settle(true);
        assertThat(rig.shipped()).hasSize(20);
        Path closed = files.stream().filter(file -> !rig.isOpen(file)).findFirst().orElseThrow();

        BookRig.append(aside.resolve(closed.getFileName()), "2\n");

        for (long end = now + ScanPace.SELDOM + OFTEN * 6; now < end; now += OFTEN) {
            lookout.listen(now);
            round();
        }
        rig.commit();
        assertThat(rig.shipped()).containsExactly("2");
    }

    @Test
    void whoDrainsLooksAtEveryFileAllTheTime() throws IOException {
        BookRig.append(logs.resolve("app.log"), "1\n");
        settle(true);
        assertThat(lookout.agenda().nextIn(now, HOUR)).isGreaterThan(OFTEN);

        lookout.agenda().neverRest();
        lookout.scan(now);

        for (int i = 0; i < 20; i++) {
            assertThat(lookout.agenda().nextIn(now, HOUR))
                    .isLessThanOrEqualTo(Orders.millis(250 + 32));
            now += Orders.millis(250 + 32);
            assertThat(round()).hasSize(1);
        }
    }

    @Test
    void whatAnAbortTookBackIsDueAgain() throws IOException {
        BookRig.append(logs.resolve("app.log"), "1\n");
        lookout.scan(now);
        assertThat(round()).hasSize(1);

        rig.discard();
        rig.book.rollback();
        lookout.agenda().committed(now);

        assertThat(round()).hasSize(1);
        rig.commit();
        assertThat(rig.shipped()).containsExactly("1");
    }

    /** Looks and reads until nothing is left to do but to wait. */
    private void settle(boolean told) throws IOException {
        if (told && hints instanceof NoHints) {
            hints = DirectoryHints.start("lookout-test", () -> {});
            lookout = rig.lookout(hints);
        }
        for (int i = 0; i < 40; i++) {
            now += OFTEN * 3;
            lookout.listen(now);
            lookout.scan(now);
            round();
            rig.commit();
            lookout.agenda().committed(now);
        }
        if (told) {
            Awaitility.await()
                    .until(() -> {
                        lookout.listen(now);
                        now += OFTEN * 3;
                        lookout.scan(now);
                        round();
                        return lookout.scanIn(now) > OFTEN
                                && lookout.agenda().nextIn(now, HOUR) > OFTEN;
                    });
        }
    }

    /** The streams that were due, read once. */
    private List<LogStream> round() throws IOException {
        List<LogStream> due = lookout.agenda().due(now, rig.reader::isStill);
        List<LogStream> read = new ArrayList<>();
        for (LogStream stream : due) {
            rig.turn(stream, Mode.FOLLOW);
            read.add(stream);
            lookout.agenda().schedule(stream, stream.isTouched() ? 1 : 0, false, now);
        }
        return read;
    }
}
