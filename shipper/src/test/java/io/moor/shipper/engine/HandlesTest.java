package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.engine.StreamReader.Mode;
import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** Row 18 of the catalogue of losses: more files than handles. Simulations with real files. */
class HandlesTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final int FILES = 100;
    private static final int HANDLES = 16;

    /** The rest is for files whose turn it is. */
    private static final int HELD = 12;

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

    @Test
    void tellsWhatIsUnreadInFilesThatWaitForAHandle() throws IOException {
        appendToAll("first");
        try (BookRig rig = unread()) {
            assertThat(rig.report().streams()).hasSize(FILES);
            assertThat(rig.report().streams())
                    .allSatisfy(stream ->
                            assertThat(stream.unshipped())
                                    .singleElement()
                                    .satisfies(range -> assertThat(range.end()).isGreaterThan(0)));
        }
    }

    @Test
    void filesThatAreDeletedWhileTheyWaitForAHandleAreToldAsLost() throws IOException {
        appendToAll("first");
        try (BookRig rig = unread()) {
            for (int i = 0; i < FILES; i++) {
                Files.delete(file(i));
            }
            rig.pass(Duration.ofSeconds(10));
            int shipped = rig.shipped().size();
            assertThat(shipped).isEqualTo(HELD);
            assertThat(told(rig)).isEqualTo(FILES - shipped);
        }
        // And by the next run, which knows it from the checkpoints only.
        try (BookRig rig = run()) {
            rig.pass(Duration.ofSeconds(10));
            assertThat(told(rig)).isEqualTo(FILES - HELD);
        }
    }

    @Test
    void whatWasWrittenToAFileAfterItGaveItsHandleBackIsToldWhenItIsDeleted() throws IOException {
        appendToAll("first");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).hasSize(FILES);
            appendToAll("second");
            rig.passWithoutReading(A_WHILE);
            assertThat(told(rig)).isEqualTo(FILES);
        }
    }

    @Test
    void filesThatAreCompressedWhileTheyWaitForAHandleAreShipped() throws IOException {
        List<String> expected = appendToAll("first");
        try (BookRig rig = unread()) {
            for (int i : waiting(rig)) {
                compress(Files.move(file(i), directory.resolve("app" + i + ".log.1")));
                BookRig.append(file(i), "next " + i + "\n");
                expected.add("next " + i);
            }
            rig.passWithoutReading(A_WHILE);
            rig.passWithoutReading(A_WHILE);
            rig.passWithoutReading(A_WHILE);
            rig.pass(Duration.ofSeconds(60));
            List<String> shipped = rig.shipped();
            assertThat(shipped).containsExactlyInAnyOrderElementsOf(expected);
            for (int i = 0; i < FILES; i++) {
                assertThat(shipped).containsSubsequence(expectedOf(expected, i));
            }
        }
    }

    /** New files during an outage do not push out those that could not be read otherwise. */
    @Test
    void unreadFilesKeepTheirHandles() throws IOException {
        try (BookRig rig = run()) {
            for (int i = 0; i < FILES; i++) {
                BookRig.append(file(i), "unread " + i + "\n");
                rig.passWithoutReading(A_WHILE);
            }
            List<String> held = new ArrayList<>();
            for (int i = 0; i < HELD; i++) {
                Files.delete(file(i));
                held.add("unread " + i);
            }
            rig.passWithoutReading(A_WHILE);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).hasSize(FILES).containsAll(held);
        }
    }

    /** All handles are of files that have unread lines and cannot be read. */
    @Test
    void filesThatCannotBeReadDoNotKeepOthersFromBeingReadForEver() throws IOException {
        for (int i = 0; i < HANDLES; i++) {
            BookRig.append(file(i), "suspended\n");
        }
        try (BookRig rig = unread()) {
            List<LogStream> suspended = List.copyOf(rig.book.streams());
            for (int i = HANDLES; i < FILES; i++) {
                BookRig.append(file(i), "line " + i + "\n");
            }
            rig.scan();
            for (int i = 0; i < 30; i++) {
                rig.passWithoutReading(A_WHILE);
                for (LogStream stream : List.copyOf(rig.book.streams())) {
                    if (!suspended.contains(stream)) {
                        rig.turn(stream, Mode.FOLLOW);
                    }
                }
                rig.commit();
            }
            assertThat(rig.shipped()).hasSize(FILES - HANDLES);
        }
    }

    private static List<String> expectedOf(List<String> expected, int file) {
        return expected.stream().filter(line -> line.endsWith(" " + file)).toList();
    }

    private List<Integer> waiting(BookRig rig) {
        Set<Path> parked =
                rig.book.streams().stream()
                        .flatMap(stream -> stream.generations().stream())
                        .filter(Generation::isParked)
                        .map(Generation::path)
                        .collect(Collectors.toSet());
        assertThat(parked).hasSize(FILES - HELD);
        return IntStream.range(0, FILES).filter(i -> parked.contains(file(i))).boxed().toList();
    }

    private static long told(BookRig rig) {
        return rig.report().streams().stream()
                .filter(stream -> !stream.unshipped().isEmpty())
                .count();
    }

    private static void compress(Path file) throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        Files.delete(file);
    }

    private BookRig unread() throws IOException {
        BookRig rig = new BookRig(directory, List.of("*.log"), kafka, HANDLES, directory);
        rig.scan();
        return rig;
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
        BookRig rig = new BookRig(directory, List.of("*.log"), kafka, HANDLES, directory);
        rig.scan();
        rig.read();
        return rig;
    }
}
