package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.engine.StreamReader.Mode;
import io.moor.shipper.kafka.SimulatedKafka;
import io.moor.shipper.model.ModelCheck;
import io.moor.shipper.model.ModelDirectory;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A simulation of the model: random sequences over real files, without a broker and with a clock
 * that the test moves, so that a seed repeats a failure exactly: {@code -Dmoor.model.seed=SEED},
 * which also tells what the shipper took the files for.
 */
class FileModelTest {

    private static final int STEPS = 60;
    private static final Set<End> LOSSES = EnumSet.of(End.REWRITTEN, End.VANISHED);

    @TempDir Path temp;

    @Test
    void shipsEachByteOnceWhateverHappensToFiles() throws IOException {
        Long only = Long.getLong("moor.model.seed");
        if (only != null) {
            run(only, true);
            return;
        }
        // The same ones every time: a failure of a build is a failure of its change. Others are for
        // the long run.
        for (long seed = 1; seed <= 100; seed++) {
            run(seed, false);
        }
    }

    /** What longer runs found, each once. */
    @ParameterizedTest
    @ValueSource(longs = 1_801_440)
    void shipsEachByteOnceInSequencesThatFailedBefore(long seed) throws IOException {
        run(seed, false);
    }

    @Test
    @Tag("torture")
    void shipsEachByteOnceInThousandsOfSequences() throws IOException {
        long first = Long.getLong("moor.model.first", new Random().nextLong(1_000_000_000L));
        for (long seed = first;
                seed < first + Integer.getInteger("moor.model.count", 5_000);
                seed++) {
            run(seed, false);
        }
    }

    private void run(long seed, boolean traced) throws IOException {
        Path directory = temp.toRealPath().resolve("s" + seed);
        boolean wide = seed % 2 == 0;
        Sequence sequence = new Sequence(directory, seed, wide, traced);
        try {
            sequence.play();
        } finally {
            sequence.close();
        }
        assertThat(sequence.problems())
                .as(() ->
                        "-Dmoor.model.seed="
                                + seed
                                + "\n"
                                + String.join("\n", sequence.model.history()))
                .isEmpty();
        deleteAll(directory);
    }

    private static void deleteAll(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** One sequence, with one shipper after the other. */
    private static final class Sequence {
        private final Path directory;
        private final Random random;
        private final boolean wide;
        private final boolean traced;
        private final ModelDirectory model;
        private final SimulatedKafka kafka = new SimulatedKafka();
        private final ModelCheck check;
        private final Set<String> lossesTold = new HashSet<>();
        private BookRig rig;
        private boolean looked;
        private String traceBefore = "";

        Sequence(Path directory, long seed, boolean wide, boolean traced) throws IOException {
            this.directory = directory;
            this.random = new Random(seed);
            this.wide = wide;
            this.traced = traced;
            this.model = new ModelDirectory(directory, random.nextLong(), wide);
            this.check = new ModelCheck(model);
            this.rig = next();
        }

        void play() throws IOException {
            for (int step = 0; step < STEPS; step++) {
                int choice = random.nextInt(100);
                if (choice < 55) {
                    if (looked) {
                        // The rig takes each listing for settled: none has two changes in a tick.
                        model.tick();
                        looked = false;
                    }
                    model.step();
                } else if (choice < 75) {
                    scan();
                    rig.read();
                    model.committed();
                } else if (choice < 82) {
                    rig.pass(Duration.ofMillis(500 + random.nextInt(3_000)));
                    model.scanned(rig::isKnown);
                    model.settled();
                } else if (choice < 87) {
                    scan();
                } else if (choice < 91) {
                    scan();
                    rig.turns(Mode.FOLLOW);
                    rig.book.rollback();
                    rig.discard();
                } else if (choice < 96) {
                    end("kill");
                    downtime();
                } else {
                    rig.pass(Duration.ofSeconds(2));
                    end("restart");
                    downtime();
                }
                collect();
                rig.requireTrueStatus();
                if (choice >= 55) {
                    looked = true;
                    model.held(rig::isOpen);
                }
                if (traced) {
                    trace();
                }
            }
            rig.pass(Duration.ofMinutes(3));
            rig.pass(Duration.ofSeconds(5));
            collect();
        }

        /** What the shipper takes the files for. */
        private void trace() {
            StringBuilder state = new StringBuilder();
            for (LogStream stream : rig.book.streams()) {
                state.append("\n    ").append(stream.livePath().getFileName());
                for (Generation each : stream.generations()) {
                    state.append("\n        ").append(each.fileId(), 0, 4);
                    state.append(' ').append(each.committedOffset()).append('/');
                    state.append(each.sizeSeen()).append(' ').append(each.place()).append(' ');
                    state.append(each.path().getFileName());
                    state.append(each.tail() == null ? "" : " open");
                    state.append(each.ended() == null ? "" : " " + each.ended());
                }
            }
            if (!state.toString().equals(traceBefore)) {
                traceBefore = state.toString();
                model.note(traceBefore);
            }
        }

        private void downtime() throws IOException {
            for (int i = random.nextInt(6); i > 0; i--) {
                model.step();
            }
            rig = next();
        }

        private void scan() {
            rig.scan();
            model.scanned(rig::isKnown);
        }

        private void end(String how) throws IOException {
            rig.turns(Mode.FOLLOW);
            rig.close();
            collect();
            model.shipperEnded(how);
        }

        private BookRig next() {
            return new BookRig(
                    directory, List.of(wide ? "app.log*" : "*.log"), kafka, 8, directory);
        }

        /** What a reader of the topics sees. */
        private void collect() {
            for (SimulatedKafka.Line line : kafka.lines()) {
                check.record(line.key(), line.value(), line.span());
                String start = line.value().substring(0, Math.min(line.value().length(), 8));
                model.note(
                        line.key().substring(line.key().lastIndexOf('/'))
                                + " "
                                + line.span()
                                + " "
                                + start);
            }
            for (StreamCheckpoint checkpoint : kafka.checkpoints().streams().values()) {
                checkpoint.generations().forEach(this::collect);
            }
            kafka.checkpoints().archived().values().forEach(all -> all.forEach(this::collect));
        }

        private void collect(GenerationCheckpoint generation) {
            if (generation.ended() != null && LOSSES.contains(generation.ended())) {
                lossesTold.add(generation.fileId());
            }
        }

        List<String> problems() {
            return check.problems(lossesTold);
        }

        void close() {
            rig.close();
        }
    }
}
