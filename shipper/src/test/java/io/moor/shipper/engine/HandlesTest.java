package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.engine.StreamReader.Mode;
import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Row 18 of the catalogue of losses: more files than handles. Simulations with real files. */
class HandlesTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final int FILES = 100;
    private static final int HANDLES = 16;

    @TempDir Path temp;

    private Path directory;
    private final SimulatedKafka kafka = new SimulatedKafka();

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
    }

    @Test
    void shipsMoreFilesThanThereAreHandles() throws IOException {
        List<String> expected = appendToAll("first");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(open(rig)).isLessThanOrEqualTo(HANDLES);

            List<String> more = appendToAll("second");
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactlyInAnyOrderElementsOf(more);
            assertThat(open(rig)).isLessThanOrEqualTo(HANDLES);
        }
        List<String> later = appendToAll("third");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactlyInAnyOrderElementsOf(later);
        }
    }

    @Test
    void followsARotationOfAFileThatGaveItsHandleBack() throws IOException {
        appendToAll("first");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            rig.shipped();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                BookRig.append(file(i), "old " + i + "\n");
                Files.move(file(i), directory.resolve("app" + i + ".log.1"));
                BookRig.append(file(i), "new " + i + "\n");
                expected.addAll(List.of("old " + i, "new " + i));
            }
            rig.pass(Duration.ofSeconds(5));
            List<String> shipped = rig.shipped();
            assertThat(shipped).containsExactlyInAnyOrderElementsOf(expected);
            for (int i = 0; i < FILES; i++) {
                assertThat(shipped).containsSubsequence("old " + i, "new " + i);
            }
        }
    }

    @Test
    void seesATruncationOfAFileThatGaveItsHandleBack() throws IOException {
        appendToAll("first");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            rig.shipped();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                Files.writeString(file(i), "anew, and beyond the old end " + i + "\n");
                expected.add("anew, and beyond the old end " + i);
            }
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void aFileDeletedAfterItGaveItsHandleBackHoldsNothingUp() throws IOException {
        appendToAll("first");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            rig.shipped();
            for (int i = 0; i < FILES; i++) {
                Files.delete(file(i));
                BookRig.append(file(i), "next " + i + "\n");
            }
            rig.pass(Duration.ofSeconds(5));
            assertThat(rig.shipped()).hasSize(FILES).allMatch(line -> line.startsWith("next"));
            assertThat(rig.book.isFull()).isFalse();
        }
    }

    @Test
    void endsWithMoreFilesThanHandles() throws IOException {
        appendToAll("first");
        for (int i = 0; i < FILES; i++) {
            BookRig.append(file(i), "rest");
        }
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            for (int i = 0; i < FILES && !rig.ending.allRead(); i++) {
                rig.turns(Mode.TO_END);
                rig.commit();
            }
            assertThat(rig.ending.allRead()).isTrue();
            assertThat(rig.shipped()).hasSize(2 * FILES);
            assertThat(rig.commit(Set.copyOf(rig.book.streams()))).hasSize(FILES);
            assertThat(rig.report().streams())
                    .allMatch(stream -> stream.sealed() && stream.unshipped().isEmpty());
        }
    }

    private List<String> appendToAll(String what) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            BookRig.append(file(i), what + " " + i + "\n");
            lines.add(what + " " + i);
        }
        return lines;
    }

    private Path file(int number) {
        return directory.resolve("app" + number + ".log");
    }

    private static long open(BookRig rig) {
        return rig.book.streams().stream()
                .flatMap(stream -> stream.generations().stream())
                .filter(generation -> generation.tail() != null)
                .count();
    }

    private BookRig run() throws IOException {
        BookRig rig = new BookRig(directory, List.of("*.log"), kafka, HANDLES);
        rig.scan();
        rig.read();
        return rig;
    }
}
