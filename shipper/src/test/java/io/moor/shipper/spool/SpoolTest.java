package io.moor.shipper.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.engine.SpoolProgress.SpoolFile;
import io.moor.shipper.identity.FileObserver;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

class SpoolTest {

    private static final byte[] BLOCK = ("x".repeat(65_535) + "\n").getBytes(UTF_8);

    @TempDir Path state;

    private SpoolConfig config;

    @BeforeEach
    void prepare() throws IOException {
        config =
                new SpoolConfig(new SpoolConfig.StandardInput(), 1 << 20)
                        .in(state.toRealPath(), "origin", "topic", "a/b");
    }

    @Test
    void whatIsCommittedIsRemovedAndNothingElse() throws Exception {
        Spool spool = Spool.open("stdin", config, false);
        append(spool, 2);
        tell(spool, 0);
        spool.cut();
        append(spool, 1);
        tell(spool, BLOCK.length);
        assertThat(files()).as("a part of it is committed").hasSize(2);
        tell(spool, 2L * BLOCK.length);
        assertThat(files()).containsExactly(config.live());
        spool.close();
        assertThat(spool.isAllCommitted()).as("the last file is not").isFalse();
    }

    @Test
    void aFileIsNotRemovedForAnotherOneOfItsName() throws Exception {
        Spool spool = Spool.open("stdin", config, false);
        append(spool, 1);
        tell(spool, 0);
        spool.cut();
        Path rotated = files().getFirst();
        // Another file is committed, which had this name.
        Path other = Files.write(state.resolve("other"), BLOCK);
        spool.told(
                List.of(
                        new SpoolFile(
                                rotated,
                                new FileObserver(Optional.empty())
                                        .observe(other)
                                        .orElseThrow()
                                        .physical(),
                                1 << 30)));
        assertThat(files()).containsExactly(rotated);
        assertThat(spool.isAllCommitted()).isFalse();
    }

    @Test
    void whoeverWritesWaitsWhileItIsFull() throws Exception {
        Spool spool = Spool.open("stdin", config, false);
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(() -> {
                    try {
                        for (int i = 0; i < 40; i++) {
                            if (spool.isCutDue(BLOCK.length)) {
                                spool.cut();
                            }
                            append(spool, 1);
                        }
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        Awaitility.await()
                .until(() -> {
                    tell(spool, 0);
                    return !spool.trouble().isEmpty();
                });
        assertThat(bytes()).isLessThanOrEqualTo(config.mostBytes()).isGreaterThan(900_000);
        assertThat(writer).isNotDone();
        Awaitility.await()
                .until(() -> {
                    tell(spool, 1 << 30);
                    return writer.isDone();
                });
        writer.join();
        assertThat(spool.trouble()).isEmpty();
    }

    @Test
    void whoeverWaitsIsLetGoWhenItIsStopped() throws Exception {
        Spool first = Spool.open("stdin", config, false);
        append(first, 1);
        first.close();
        Spool spool = Spool.open("stdin", config, false);
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(() -> {
                    try {
                        append(spool, 1);
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        spool.stop();

        assertThatThrownBy(writer::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(SpoolStopped.class);
        assertThat(files()).as("nothing before the engine knows what was left").hasSize(1);
        assertThat(spool.isAllCommitted()).isFalse();
    }

    @Test
    void aNewInputDoesNotContinueTheLastLineOfAnotherOne() throws Exception {
        Spool first = Spool.open("stdin", config, false);
        first.append("no end".getBytes(UTF_8), 0, 6);
        first.close();
        Spool second = Spool.open("stdin", config, false);
        tell(second, 0);
        append(second, 1);

        assertThat(files()).hasSize(2);
        assertThat(files().getFirst()).hasContent("no end");
        assertThat(second.isAllCommitted()).isFalse();
    }

    @Test
    void theNewestWholeLineIsKeptWhereItSaysTheCursor() throws Exception {
        Spool spool = Spool.open("journal", config, true);
        spool.append("one\ntwo\n".getBytes(UTF_8), 0, 8);
        spool.lineEnded();
        tell(spool, 8);
        spool.cut();
        spool.append("torn".getBytes(UTF_8), 0, 4);
        tell(spool, 8);
        assertThat(files()).as("'two' is nowhere else").hasSize(2);
        spool.close();

        Spool next = Spool.open("journal", config, true);
        assertThat(next.lastLine(100).map(line -> new String(line, UTF_8))).contains("two");
        assertThat(next.tornBytes()).isEqualTo(4);
        assertThat(new String(next.written(1, 3), UTF_8)).isEqualTo("orn");
        tell(next, 8);
        next.append(" three\n".getBytes(UTF_8), 0, 7);
        next.lineEnded();
        tell(next, 8);
        assertThat(files()).containsExactly(config.live());
        assertThat(next.lastLine(4).map(line -> new String(line, UTF_8))).contains("torn");
    }

    @Test
    void nobodyElseReadsIt() throws Exception {
        Spool spool = Spool.open("stdin", config, false);
        append(spool, 1);

        assertThat(Files.getPosixFilePermissions(config.live()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(config.directory()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void eachOriginTopicAndSourceHasItsOwn() {
        assertThat(config.directory()).endsWithRaw(Path.of("spool/origin/topic/a%2Fb"));
        SpoolConfig odd = config.in(state, "..", "t", "..");
        assertThat(odd.directory()).endsWithRaw(Path.of("spool/%2E./t/%2E."));
        assertThat(config.in(Path.of("/s[1]"), "o", "t", "s").glob())
                .isEqualTo("/s\\[1\\]/spool/o/t/s/spool.log*");
        assertThatThrownBy(() -> new SpoolConfig(new SpoolConfig.StandardInput(), 1000))
                .hasMessageContaining("at least 1MiB");
    }

    private static void append(Spool spool, int blocks) throws IOException, InterruptedException {
        for (int i = 0; i < blocks; i++) {
            spool.append(BLOCK, 0, BLOCK.length);
        }
    }

    /** As the engine does it. */
    private void tell(Spool spool, long committed) throws IOException {
        FileObserver observer = new FileObserver(Optional.empty());
        List<SpoolFile> all = new ArrayList<>();
        for (Path file : files()) {
            observer.observe(file)
                    .ifPresent(seen ->
                            all.add(
                                    new SpoolFile(
                                            file,
                                            seen.physical(),
                                            file.equals(config.live())
                                                    ? Math.min(committed, 1)
                                                    : committed)));
        }
        spool.told(all);
    }

    private List<Path> files() throws IOException {
        List<Path> files = SpoolFiles.rotated(config.directory());
        if (Files.exists(config.live())) {
            files.add(config.live());
        }
        return files;
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
