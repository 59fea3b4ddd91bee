package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.identity.Evidence;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checkpoints of streams with thousands of rotated files on disk; {@code
 * -Dmoor.archive.rotations=3000} for more of them.
 */
class ArchiveTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final int ROTATIONS = Integer.getInteger("moor.archive.rotations", 1_300);

    /** A fixed size, whatever is on disk: some generations of about 700 bytes. */
    private static final int SMALL_BYTES = 20 << 10;

    @TempDir Path temp;

    private final SimulatedKafka kafka = new SimulatedKafka();
    private Path directory;
    private Path live;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        live = directory.resolve("app.log");
    }

    @Test
    void checkpointsStaySmallWithThousandsOfRotatedFiles() throws IOException {
        List<String> expected = rotateThousands();
        assertThat(kafka.largestCheckpoint()).isLessThan(SMALL_BYTES);
        OriginCheckpoints committed = kafka.checkpoints();
        StreamCheckpoint main = committed.streams().values().iterator().next();
        List<GenerationCheckpoint> archived = committed.archived().values().iterator().next();
        assertThat(archived.size()).isEqualTo(ROTATIONS + 1 - main.generations().size());
        assertThat(main.lines()).isEqualTo(expected.size());

        // The next run knows all of them, ships what is new only, and writes none of them again.
        BookRig.append(live, "new\n");
        BookRig.append(directory.resolve(rotated(7)), "late\n");
        try (BookRig rig = run()) {
            rig.pass(Duration.ofSeconds(10));
            assertThat(rig.shipped()).containsExactlyInAnyOrder("new", "late");
            assertThat(rig.book.streams().iterator().next().generations())
                    .extracting(Generation::committedOffset)
                    .hasSize(ROTATIONS + 1);
            // The oldest first, by the links between them.
            assertThat(rig.book.streams().iterator().next().generations())
                    .extracting(generation -> String.valueOf(generation.path().getFileName()))
                    .startsWith(rotated(0), rotated(1), rotated(2))
                    .endsWith(rotated(ROTATIONS - 1), "app.log");
        }
        assertThat(kafka.checkpoints().streams().values().iterator().next().lines())
                .isEqualTo(expected.size() + 2);
    }

    @Test
    void onlySoManyRecordsOfDeletedFilesAreKept() throws IOException {
        List<String> expected = rotateThousands();
        for (int i = 0; i < ROTATIONS - 100; i++) {
            Files.delete(directory.resolve(rotated(i)));
        }
        BookRig.append(live, "new\n");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            BookRig.append(live, "newer\n");
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("new", "newer");
            assertThat(rig.commit(Set.copyOf(rig.book.streams())).getFirst())
                    .returns(true, StreamCheckpoint::sealed)
                    .returns(expected.size() + 2L, StreamCheckpoint::lines);
            rig.shipped();
        }
        assertThat(kafka.checkpoints().archived().values().iterator().next().size())
                .isBetween(Remembrance.MOST_DELETED + 90, Remembrance.MOST_DELETED + 120);
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).isEmpty();
        }
    }

    @Test
    void aDeletedFileIsForgottenAfterDays() throws IOException {
        try (BookRig rig = run()) {
            for (int i = 0; i < 20; i++) {
                rotate(rig, i);
            }
            rig.pass(Duration.ofSeconds(20));
            for (int i = 0; i < 10; i++) {
                Files.delete(directory.resolve(rotated(i)));
            }
            rig.pass(Remembrance.LONG.minusDays(1));
            assertThat(remembered(rig)).isEqualTo(21);
            rig.pass(Duration.ofDays(2));
            BookRig.append(live, "more\n");
            rig.pass(A_WHILE);
            assertThat(remembered(rig)).isEqualTo(11);
        }
    }

    @Test
    void aMountThatIsAwayForLongIsNotTakenForDeletedFiles() throws IOException {
        try (BookRig rig = run("app.log*")) {
            for (int i = 0; i < 30; i++) {
                rotate(rig, i);
            }
            rig.pass(Duration.ofSeconds(60));
            assertThat(rig.book.streams()).hasSize(1);
            assertThat(rig.shipped()).hasSize(30);
        }
        Path aside = directory.resolveSibling("aside");
        Files.move(directory, aside);
        Files.createDirectories(directory);
        try (BookRig rig = run("app.log*")) {
            rig.pass(Duration.ofSeconds(5));
            // The application writes into the empty mount point, for days.
            BookRig.append(live, "beside the mount\n");
            rig.pass(Remembrance.LONG.plusDays(2));
            assertThat(rig.shipped()).containsExactly("beside the mount");
            Files.delete(live);
            Files.delete(directory);
            Files.move(aside, directory);
            rig.pass(Duration.ofSeconds(60));
            assertThat(rig.shipped()).isEmpty();
        }
    }

    private static int remembered(BookRig rig) {
        return rig.book.streams().iterator().next().generations().size();
    }

    /** Instants as text sort a whole second behind its fractions. */
    @Test
    void ordersGenerationsByTheTimeOfTheirBirth() throws IOException {
        rotateThrice();
        OriginCheckpoints committed = kafka.checkpoints();
        StreamCheckpoint main = committed.streams().values().iterator().next();
        List<GenerationCheckpoint> all = new ArrayList<>();
        committed.archived().values().forEach(all::addAll);
        all.addAll(main.generations());
        Instant second = Instant.parse("2026-01-01T00:00:00Z");
        List<GenerationCheckpoint> unlinked = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            unlinked.add(bornAt(all.get(i), second.plusMillis(500L * i)));
        }
        List<Generation> generations = new ArrayList<>();
        new Archive(generations)
                .restore(
                        new StreamCheckpoint(
                                main.origin(),
                                main.stream(),
                                main.topic(),
                                main.partition(),
                                main.source(),
                                main.ownerEpoch(),
                                false,
                                Totals.NONE,
                                List.of()),
                        unlinked.reversed(),
                        record -> Generation.known(record, live, false));
        assertThat(generations)
                .extracting(Generation::fileId)
                .containsExactlyElementsOf(
                        unlinked.stream().map(GenerationCheckpoint::fileId).toList());
    }

    private void rotateThrice() throws IOException {
        try (BookRig rig = run()) {
            for (int i = 0; i < 3; i++) {
                rotate(rig, i);
            }
            // However long the machine takes to look for writers.
            rig.pass(Duration.ofSeconds(60));
            assertThat(rig.shipped()).hasSize(3);
        }
    }

    private static GenerationCheckpoint bornAt(GenerationCheckpoint of, Instant birth) {
        PhysicalId physical = of.evidence().physical();
        return new GenerationCheckpoint(
                of.fileId(),
                of.path(),
                of.offset(),
                of.lines(),
                of.bytes(),
                of.hash(),
                of.openLine(),
                of.lastEventTime(),
                null,
                of.size(),
                of.ended(),
                new Evidence(
                        new PhysicalId(
                                physical.fileSystem(), physical.device(), physical.inode(), birth),
                        of.evidence().content()),
                of.skippedBehind());
    }

    @Test
    void anArchivedFileThatGrowsIsListedAgain() throws IOException {
        try (BookRig rig = run()) {
            for (int i = 0; i < 6; i++) {
                rotate(rig, i);
            }
            rig.pass(Duration.ofSeconds(20));
            BookRig.append(directory.resolve(rotated(1)), "late\n");
            rig.pass(Duration.ofSeconds(20));
            assertThat(rig.shipped())
                    .containsExactly(
                            "line 0", "line 1", "line 2", "line 3", "line 4", "line 5", "late");
            StreamCheckpoint last = rig.commit().getFirst();
            rig.shipped();
            assertThat(last.lines()).isEqualTo(7);
            assertThat(last.earlier().lines() + sum(last)).isEqualTo(7);
        }
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).isEmpty();
        }
    }

    /** What an aborted transaction would have archived is archived by the next. */
    @Test
    void whatAnAbortTookBackIsArchivedLater() throws IOException {
        try (BookRig rig = run()) {
            for (int i = 0; i < 5; i++) {
                rotate(rig, i);
            }
            LogStream stream = rig.book.streams().iterator().next();
            BookRig.append(live, "more\n");
            rig.turns(StreamReader.Mode.FOLLOW);
            StreamCheckpoint aborted = rig.plan(stream);
            rig.book.rollback();
            rig.discard();
            StreamCheckpoint next = rig.commit().getFirst();

            assertThat(next.earlier()).isEqualTo(aborted.earlier());
        }
    }

    /** Checkpoints written before there were archives list every generation. */
    @Test
    void readsACheckpointThatListsThousands() throws IOException {
        rotateThousands();
        OriginCheckpoints committed = kafka.checkpoints();
        StreamCheckpoint main = committed.streams().values().iterator().next();
        List<GenerationCheckpoint> all =
                new ArrayList<>(committed.archived().values().iterator().next());
        all.addAll(main.generations());
        StreamCheckpoint old =
                new StreamCheckpoint(
                        main.origin(),
                        main.stream(),
                        main.topic(),
                        main.partition(),
                        main.source(),
                        main.ownerEpoch(),
                        false,
                        Totals.NONE,
                        all);
        SimulatedKafka fresh = new SimulatedKafka();
        try (BookRig rig = new BookRig(directory, List.of("*.log"), fresh, 64)) {
            rig.book.restore(List.of(old), Map.of());
            rig.scan();
            BookRig.append(live, "new\n");
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("new");
        }
        assertThat(fresh.largestCheckpoint()).isLessThan(SMALL_BYTES);
        assertThat(fresh.checkpoints().archived().values().iterator().next().size())
                .isGreaterThan(ROTATIONS - 10);
    }

    private static long sum(StreamCheckpoint checkpoint) {
        return checkpoint.generations().stream().mapToLong(GenerationCheckpoint::lines).sum();
    }

    private List<String> rotateThousands() throws IOException {
        List<String> expected = new ArrayList<>();
        try (BookRig rig = run()) {
            for (int i = 0; i < ROTATIONS; i++) {
                BookRig.append(live, "line " + i + "\n");
                expected.add("line " + i);
                if (i % 100 == 0) {
                    rig.scan();
                    rig.read();
                }
                Files.move(live, directory.resolve(rotated(i)));
            }
            BookRig.append(live, "last\n");
            expected.add("last");
            rig.pass(Duration.ofSeconds(30));
            List<String> shipped = rig.shipped();
            for (int i = 0; i < Math.min(expected.size(), shipped.size()); i++) {
                assertThat(shipped.get(i))
                        .as("line %d of %d", i, shipped.size())
                        .isEqualTo(expected.get(i));
            }
            assertThat(shipped.size()).isEqualTo(expected.size());
        }
        return expected;
    }

    private void rotate(BookRig rig, int number) throws IOException {
        BookRig.append(live, "line " + number + "\n");
        rig.scan();
        rig.read();
        Files.move(live, directory.resolve(rotated(number)));
        BookRig.append(live, "");
        rig.pass(A_WHILE);
    }

    private static String rotated(int number) {
        return "app.log.2026-%04d".formatted(number);
    }

    private BookRig run() throws IOException {
        return run("*.log");
    }

    private BookRig run(String glob) throws IOException {
        BookRig rig = new BookRig(directory, List.of(glob), kafka, 64);
        rig.scan();
        rig.read();
        return rig;
    }
}
