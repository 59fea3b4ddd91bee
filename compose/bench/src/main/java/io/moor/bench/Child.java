package io.moor.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that is measured: its CPU time, its peak memory, its end. One per process of ours, as
 * the system counts the time of ended children in one sum. Linux only. Closing it ends it.
 */
final class Child implements AutoCloseable {

    /** The kernel's unit in /proc: a hundredth of a second on every architecture of today. */
    private static final double TICKS = 100;

    private static final Duration LOOK = Duration.ofMillis(50);

    private final Process process;
    private final Path log;
    private final long startedNanos = System.nanoTime();
    private volatile long peakKib;

    /**
     * Starts it.
     *
     * @param log where its output goes; quoted when it fails
     */
    Child(List<String> command, Path log) throws IOException {
        this.log = log;
        this.process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Thread.ofPlatform().daemon().start(this::watch);
    }

    long startedNanos() {
        return startedNanos;
    }

    /** Seconds of CPU so far, of this process and of those of its children that have ended. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int field = 11; field <= 14; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS;
    }

    /** Largest resident memory seen, KiB; looked at 20 times a second. */
    long peakKib() {
        look();
        return peakKib;
    }

    /**
     * Waits for the end.
     *
     * @throws IOException when it failed, with what it said last
     */
    void awaitSuccess(Duration most) throws IOException, InterruptedException {
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("did not end within " + most + ": " + said());
        }
        if (process.exitValue() != 0) {
            throw new IOException("ended with " + process.exitValue() + ": " + said());
        }
    }

    /**
     * Fails when it has ended.
     *
     * @throws IOException with what it said last
     */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("ended with " + process.exitValue() + ": " + said());
        }
    }

    /** Seconds of CPU of all children of this JVM that have ended, and of theirs. */
    @SuppressWarnings("restricted")
    static double cpuSecondsOfEnded() {
        // struct rusage begins with two struct timeval: user and system time.
        MethodHandle getrusage =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("getrusage"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(144);
            int children = -1;
            if ((int) getrusage.invokeExact(children, usage) != 0) {
                throw new IllegalStateException("getrusage failed");
            }
            double seconds = 0;
            for (int time = 0; time < 2; time++) {
                seconds +=
                        usage.getAtIndex(ValueLayout.JAVA_LONG, 2L * time)
                                + usage.getAtIndex(ValueLayout.JAVA_LONG, 2L * time + 1) / 1e6;
            }
            return seconds;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private void watch() {
        try {
            while (process.isAlive()) {
                look();
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        try {
            for (String line : Files.readAllLines(proc("status"))) {
                if (line.startsWith("VmHWM:")) {
                    peakKib = Math.max(peakKib, Long.parseLong(line.replaceAll("[^0-9]", "")));
                }
            }
        } catch (NoSuchFileException e) {
            // It has ended; the last look counts.
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    private String said() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n    ", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
