package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** One file under several names, and names that come to mean other files. Real files, no broker. */
class NamesTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @TempDir Path temp;

    private final SimulatedKafka kafka = new SimulatedKafka();
    private Path directory;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createDirectories(temp.toRealPath().resolve("logs"));
    }

    @Test
    void aFileThatComesLaterIsFoundInADirectoryThatComesLater() throws IOException {
        try (BookRig rig = run("**/*.log")) {
            Ticks.pass(temp);
            Files.createDirectories(file("a"));
            BookRig.append(file("a/new.log"), "1\n");
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a/new.log 1");
            Ticks.pass(temp);
            Files.createDirectories(file("a/b"));
            BookRig.append(file("a/b/new.log"), "2\n");
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a/b/new.log 2");
            Ticks.pass(temp);
            BookRig.append(file("a/newer.log"), "3\n");
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a/newer.log 3");
        }
    }

    /** The first name goes; what is written to the file goes on in its stream. */
    @Test
    void aHardLinkThatIsLeftGoesOnAndIsNotShippedAgain() throws IOException {
        BookRig.append(file("a.log"), "1\n");
        Files.createLink(file("b.log"), file("a.log"));
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a.log 1");
            Ticks.pass(temp);
            Files.delete(file("a.log"));
            BookRig.append(file("b.log"), "2\n");
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a.log 2");
        }
        BookRig.append(file("b.log"), "3\n");
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a.log 3");
        }
    }

    /** As backups by hard links do it: the link stays behind and nobody writes to it. */
    @Test
    void aHardLinkThatIsMadeLaterIsNoOtherFile() throws IOException {
        BookRig.append(file("b.log"), "1\n");
        try (BookRig rig = run("*.log")) {
            Ticks.pass(temp);
            Files.createLink(file("a.log"), file("b.log"));
            rig.pass(A_WHILE);
            Ticks.pass(temp);
            Files.delete(file("b.log"));
            BookRig.append(file("b.log"), "2\n");
            rig.pass(Duration.ofSeconds(30));
            assertThat(shipped()).containsExactly("b.log 1", "b.log 2");
        }
    }

    @Test
    void twoGlobsForOneFileShipItOnce() throws IOException {
        BookRig.append(file("a.log"), "1\n");
        try (BookRig rig = new BookRig(directory, List.of("*.log", "a*", "**/a.log"), kafka, 64)) {
            rig.scan();
            rig.read();
            BookRig.append(file("a.log"), "2\n");
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a.log 1", "a.log 2");
        }
    }

    /** {@code current} points to a dated file, and is pointed to the next one at midnight. */
    @Test
    void aSymbolicLinkThatMovesOnLeavesNothingBehind() throws IOException {
        BookRig.append(file("app-1.txt"), "1\n");
        link("current.log", "app-1.txt");
        try (BookRig rig = run("*.log")) {
            assertThat(shipped()).containsExactly("app-1.txt 1");
            BookRig.append(file("app-1.txt"), "2\n");
            Ticks.pass(temp);
            BookRig.append(file("app-2.txt"), "3\n");
            link("current.log", "app-2.txt");
            rig.pass(A_WHILE);
            BookRig.append(file("app-1.txt"), "4\n");
            rig.pass(A_WHILE);
            assertThat(shipped())
                    .containsExactlyInAnyOrder("app-1.txt 2", "app-2.txt 3", "app-1.txt 4");
        }
        // While nobody looks.
        BookRig.append(file("app-2.txt"), "5\n");
        BookRig.append(file("app-3.txt"), "6\n");
        link("current.log", "app-3.txt");
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactlyInAnyOrder("app-2.txt 5", "app-3.txt 6");
        }
    }

    @Test
    void theTargetOfASymbolicLinkIsFollowedThroughItsRotation() throws IOException {
        Path elsewhere = Files.createDirectories(temp.toRealPath().resolve("elsewhere"));
        Path target = BookRig.append(elsewhere.resolve("real.txt"), "1\n");
        Files.createSymbolicLink(file("app.log"), target);
        try (BookRig rig = run("*.log")) {
            BookRig.append(target, "2\n");
            Ticks.pass(temp);
            Files.move(target, elsewhere.resolve("real.txt.1"));
            BookRig.append(target, "3\n");
            rig.pass(Duration.ofSeconds(30));
            assertThat(rig.shipped()).containsExactly("1", "2", "3");
            assertThat(rig.book.streams()).hasSize(1);
        }
    }

    /**
     * The reader of a FIFO would wait for ever, and take from the writer what others should get.
     */
    @Test
    void fifosDirectoriesAndDanglingLinksAreIgnoredAndBecomeFiles() throws Exception {
        Files.createDirectory(file("directory.log"));
        Files.createSymbolicLink(file("dangling.log"), file("later.txt"));
        Process made = new ProcessBuilder("mkfifo", file("pipe.log").toString()).start();
        assertThat(made.waitFor()).isZero();
        BookRig.append(file("a.log"), "1\n");
        try (BookRig rig = run("*.log")) {
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactly("a.log 1");
            assertThat(rig.book.unopened()).isEmpty();

            Ticks.pass(temp);
            BookRig.append(file("later.txt"), "2\n");
            Files.delete(file("pipe.log"));
            BookRig.append(file("pipe.log"), "3\n");
            rig.pass(A_WHILE);
            assertThat(shipped()).containsExactlyInAnyOrder("later.txt 2", "pipe.log 3");
        }
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private void link(String name, String target) throws IOException {
        Path fresh = Files.createSymbolicLink(file(name + ".new"), file(target));
        Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Committed since the last question: the name of the stream's file and the line. */
    private List<String> shipped() {
        String root = "-/-/h/logs" + directory + "/";
        return kafka.lines().stream()
                .map(line -> line.key().replace(root, "") + " " + line.value())
                .toList();
    }

    private BookRig run(String glob) throws IOException {
        BookRig rig = new BookRig(directory, List.of(glob), kafka, 64);
        rig.scan();
        rig.read();
        return rig;
    }
}
