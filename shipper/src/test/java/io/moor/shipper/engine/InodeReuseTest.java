package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.LoopExt4;
import io.moor.shipper.kafka.SimulatedKafka;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Rows 1 and 2 of the catalogue of losses: a file is deleted, and another one takes its name and
 * its inode, perhaps with the same first bytes. Real files on ext4, which gives an inode away again
 * at once, and on tmpfs, which does not.
 */
class InodeReuseTest {

    /** Longer than a writer is waited for: a process that is forked has its handle for a moment. */
    private static final Duration A_WHILE = Duration.ofSeconds(15);

    enum Disk {
        EXT4,
        TMPFS
    }

    @TempDir Path temp;

    private final SimulatedKafka kafka = new SimulatedKafka();
    private AutoCloseable disk = () -> {};
    private Path directory = Path.of("/");
    private Path live = Path.of("/");

    @AfterEach
    void detach() throws Exception {
        disk.close();
    }

    private void on(Disk kind) throws Exception {
        switch (kind) {
            case EXT4 -> {
                LoopExt4.requireRoot();
                LoopExt4 loop = LoopExt4.create(temp.resolve("disk.img"), temp.resolve("mounted"));
                disk = loop;
                directory = loop.mountPoint().toRealPath();
            }
            case TMPFS -> {
                Path shm = Path.of("/dev/shm");
                if (!Files.isWritable(shm)) {
                    throw new TestAbortedException("there is no tmpfs to write to");
                }
                directory = Files.createTempDirectory(shm, "moor-inodes").toRealPath();
                disk =
                        () -> {
                            Files.deleteIfExists(live);
                            Files.delete(directory);
                        };
            }
        }
        live = directory.resolve("app.log");
    }

    @ParameterizedTest
    @EnumSource
    void theHeadOfTheNextFileIsReadWhileSomebodyLooks(Disk kind) throws Exception {
        on(kind);
        BookRig.append(live, "header\nold\n");
        try (BookRig rig = run()) {
            assertThat(rig.shipped()).containsExactly("header", "old");
            replace("header\nnew\n", kind);
            rig.pass(A_WHILE);

            assertThat(rig.shipped()).containsExactly("header", "new");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHeadOfTheNextFileIsReadWhenItCameWhileNobodyLooked(Disk kind) throws Exception {
        on(kind);
        BookRig.append(live, "header\nold\n");
        shipAndEnd();
        replace("header\nnew\n", kind);

        assertThat(shipAndEnd()).containsExactly("header", "new");
    }

    /** Only the birth time tells: the committed bytes are all there. */
    @ParameterizedTest
    @EnumSource
    void aFileThatBeginsWithEverythingThatWasShippedIsAnotherFile(Disk kind) throws Exception {
        on(kind);
        BookRig.append(live, "header\nold\n");
        shipAndEnd();
        replace("header\nold\nnew\n", kind);
        assertThat(shipAndEnd()).containsExactly("header", "old", "new");

        try (BookRig rig = run()) {
            replace("header\nold\nnew\nnewer\n", kind);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("header", "old", "new", "newer");
        }
    }

    /**
     * Nothing is read behind the end, and nothing is waited for until it grows to the old place.
     */
    @ParameterizedTest
    @EnumSource
    void aShorterFileIsReadFromItsHead(Disk kind) throws Exception {
        on(kind);
        BookRig.append(live, "a long line that was shipped\n".repeat(10));
        shipAndEnd();
        replace("short\n", kind);
        assertThat(shipAndEnd()).containsExactly("short");

        try (BookRig rig = run()) {
            replace("a\n", kind);
            rig.pass(A_WHILE);
            assertThat(rig.shipped()).containsExactly("a");
        }
    }

    /** Reused again and again, with lines of one length: every position is one that was there. */
    @ParameterizedTest
    @EnumSource
    void everyOneOfManyFilesOnOneInodeIsReadOnce(Disk kind) throws Exception {
        on(kind);
        BookRig.append(live, "line 0\n");
        try (BookRig rig = run()) {
            assertThat(rig.shipped()).containsExactly("line 0");
            for (int i = 1; i < 12; i++) {
                replace("line " + i + "\n", kind);
                rig.pass(A_WHILE);
                assertThat(rig.shipped()).containsExactly("line " + i);
            }
        }
    }

    /** Deletes the file and makes another; on ext4 on the same inode, if only nobody reads it. */
    private void replace(String content, Disk kind) throws IOException {
        Object before = Files.getAttribute(live, "unix:ino");
        boolean held = isHeld();
        Ticks.pass(temp);
        Files.delete(live);
        Files.writeString(live, content);
        if (kind == Disk.EXT4 && !held) {
            assertThat(Files.getAttribute(live, "unix:ino")).isEqualTo(before);
        }
    }

    private boolean isHeld() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.anyMatch(descriptor -> {
                try {
                    return Files.readSymbolicLink(descriptor).equals(live);
                } catch (IOException closed) {
                    return false;
                }
            });
        }
    }

    private List<String> shipAndEnd() throws IOException {
        try (BookRig rig = run()) {
            rig.pass(A_WHILE);
            return rig.shipped();
        }
    }

    private BookRig run() throws IOException {
        BookRig rig = new BookRig(directory, List.of("*.log"), kafka, 64);
        rig.scan();
        rig.read();
        return rig;
    }
}
