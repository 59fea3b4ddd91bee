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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows 2 and 3 of the catalogue of losses: files with the same bytes, and files too small for any
 * fingerprint; and files that are put in the place of others. Real files, no broker.
 */
class SmallFilesTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @TempDir Path temp;

    private final SimulatedKafka kafka = new SimulatedKafka();
    private Path directory;
    private Path a;
    private Path b;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
        a = directory.resolve("a.log");
        b = directory.resolve("b.log");
    }

    /** An empty file and one of a single byte, a line end, are as good as any other. */
    @Test
    void filesOfNoByteAndOfOneByteAreShippedAndGrow() throws IOException {
        Files.createFile(a);
        BookRig.append(b, "\n");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("b.log ");
            BookRig.append(a, "1");
            BookRig.append(b, "2");
        }
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(shipped()).isEmpty();
            BookRig.append(a, "\n");
            BookRig.append(b, "\n");
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactlyInAnyOrder("a.log 1", "b.log 2");
        }
    }

    @Test
    void aSingleByteWithoutAnEndIsShippedAtTheEnd() throws IOException {
        BookRig.append(a, "x");
        try (BookRig rig = run()) {
            rig.turns(Mode.TO_END);
            rig.commit();
            assertThat(shipped()).containsExactly("a.log x");
        }
        try (BookRig rig = run()) {
            rig.turns(Mode.TO_END);
            rig.commit();
            assertThat(shipped()).isEmpty();
        }
    }

    /** A short job leaves one small file each time: none is too small to be told from the next. */
    @Test
    void manySmallFilesWithOneContentAreShippedOnceEach() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            BookRig.append(a.resolveSibling("job" + i + ".log"), "ok\n");
            expected.add("job" + i + ".log ok");
        }
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactlyInAnyOrderElementsOf(expected);
        }
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            assertThat(shipped()).isEmpty();
        }
    }

    @Test
    void twoIdenticalFilesDivergeWhileSomebodyLooks() throws IOException {
        BookRig.append(a, "same\n");
        BookRig.append(b, "same\n");
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            BookRig.append(b, "b\n");
            rig.pass(A_WHILE);
            BookRig.append(a, "a\n");
            rig.pass(A_WHILE);

            assertThat(shipped())
                    .containsExactlyInAnyOrder("a.log same", "b.log same", "b.log b", "a.log a");
        }
    }

    /** One is known to be shipped in part, the other is not known at all. */
    @Test
    void twoIdenticalFilesDivergeWhileNobodyLooks() throws IOException {
        BookRig.append(a, "same\n");
        shipAndEnd();
        BookRig.append(b, "same\n");
        BookRig.append(a, "a\n");
        assertThat(shipAndEnd()).containsExactlyInAnyOrder("a.log a", "b.log same");
        BookRig.append(b, "b\n");

        assertThat(shipAndEnd()).containsExactly("b.log b");
    }

    /** Each goes on in its own stream, under the other's name. */
    @Test
    void twoIdenticalFilesThatSwapTheirNamesKeepTheirStreams() throws IOException {
        BookRig.append(a, "same\n");
        BookRig.append(b, "same\n");
        shipAndEnd();
        Path aside = a.resolveSibling("aside");
        Files.move(a, aside);
        Files.move(b, a);
        Files.move(aside, b);
        BookRig.append(a, "was b\n");
        BookRig.append(b, "was a\n");

        assertThat(shipAndEnd()).containsExactlyInAnyOrder("b.log was b", "a.log was a");
    }

    /** As editors, configuration tools and {@code mv} do it. */
    @Test
    void aFilePutInThePlaceOfAnotherIsReadFromItsHeadAndTheOtherToItsEnd() throws IOException {
        BookRig.append(a, "1\n");
        try (BookRig rig = run()) {
            assertThat(shipped()).containsExactly("a.log 1");
            BookRig.append(a, "2\n");
            replaceByRename("3\n");
            rig.pass(Duration.ofSeconds(30));

            assertThat(shipped()).containsExactly("a.log 2", "a.log 3");
        }
    }

    @Test
    void aFilePutInThePlaceOfAnotherWhileNobodyLookedIsReadFromItsHead() throws IOException {
        BookRig.append(a, "1\n");
        shipAndEnd();
        replaceByRename("1\n2\n");

        assertThat(shipAndEnd()).containsExactly("a.log 1", "a.log 2");
        try (BookRig rig = run()) {
            assertThat(rig.book.streams()).hasSize(1);
        }
    }

    private void replaceByRename(String content) throws IOException {
        Ticks.pass(temp);
        Path fresh = BookRig.append(a.resolveSibling("a.log.tmp"), content);
        Files.move(fresh, a, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Committed since the last question: the name of the stream's file and the line. */
    private List<String> shipped() {
        return kafka.lines().stream()
                .map(line ->
                        line.key().substring(line.key().lastIndexOf('/') + 1) + " " + line.value())
                .toList();
    }

    private List<String> shipAndEnd() throws IOException {
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            return shipped();
        }
    }

    private BookRig run() throws IOException {
        BookRig rig = new BookRig(directory, List.of("*.log"), kafka, 64);
        rig.scan();
        rig.read();
        return rig;
    }
}
