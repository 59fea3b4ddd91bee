package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

class CommandsTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Commands commands = new Commands();

    @Test
    void returnsExitCodeAndBothOutputs() throws Exception {
        // When
        CommandResult result = commands.run(LIMIT, "sh", "-c", "echo out; echo err >&2; exit 3");

        // Then
        assertThat(result).isEqualTo(new CommandResult("sh", 3, "out", "err"));
        assertThat(result.words()).isEqualTo("sh ended with 3: err");
    }

    @Test
    void passesArgumentsAsTheyAre() throws Exception {
        assertThat(commands.run(LIMIT, "printf", "%s|", "a b", "$HOME", "*").output())
                .isEqualTo("a b|$HOME|*|");
    }

    @Test
    void givesAProgramACleanEnvironment() throws Exception {
        assertThat(commands.run(LIMIT, "env").output().lines())
                .containsExactlyInAnyOrder("LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    }

    @Test
    void keepsTheBeginningOfALongOutputAndReadsItAll() throws Exception {
        // When
        CommandResult result = commands.run(LIMIT, "seq", "1", "300000");

        // Then
        assertThat(result.exit()).isZero();
        assertThat(result.output()).startsWith("1\n2\n").hasSizeLessThanOrEqualTo(64 * 1024);
    }

    @Test
    @Timeout(20)
    void killsAProgramThatTakesTooLong() {
        assertThatThrownBy(() -> commands.run(Duration.ofMillis(50), "sleep", "600"))
                .isInstanceOfSatisfying(
                        VolumeException.class, e -> assertThat(e.isTransient()).isTrue())
                .hasMessageContaining("was killed");
        assertThat(ProcessHandle.current().children().filter(CommandsTest::sleeps)).isEmpty();
    }

    @Test
    @Timeout(20)
    void anInterruptKillsTheProgramAndStaysSet() throws Exception {
        // Given
        AtomicReference<String> outcome = new AtomicReference<>("");
        CountDownLatch started = new CountDownLatch(1);
        Thread caller =
                new Thread(() -> {
                    started.countDown();
                    try {
                        commands.run(LIMIT, "sleep", "601");
                    } catch (VolumeException e) {
                        outcome.set(e.getMessage() + Thread.currentThread().isInterrupted());
                    }
                });

        // When
        caller.start();
        started.await();
        caller.interrupt();
        caller.join();

        // Then
        assertThat(outcome.get()).isEqualTo("sleep was stopped by an interrupttrue");
        assertThat(ProcessHandle.current().children().filter(CommandsTest::sleeps)).isEmpty();
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.isAlive() && process.info().command().orElse("").endsWith("/sleep");
    }

    @Test
    void saysWhatToInstall() {
        assertThatThrownBy(
                        () -> new Commands(List.of(Path.of("/var/empty"))).run(LIMIT, "mkfs.ext4"))
                .isInstanceOf(VolumeException.class)
                .hasMessage(
                        "mkfs.ext4 is not installed: install the package e2fsprogs (Debian's name),"
                                + " or use volumes of type directory");
    }
}
