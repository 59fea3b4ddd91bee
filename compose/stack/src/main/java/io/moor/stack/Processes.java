package io.moor.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * What Java lacks for processes that are not its children: other signals, and to know a zombie from
 * a living one.
 */
final class Processes {

    private static final Duration POLL = Duration.ofMillis(50);

    /** In {@code /proc/PID/stat}, counted after the program's name; proc(5), fields 3, 20, 22. */
    private static final int STATE = 0;

    private static final int THREADS = 20 - 3;
    private static final int START = 22 - 3;

    private Processes() {}

    /** Ticks from the boot to its start; with the number it names one process of this boot. */
    static String started(long pid) throws IOException {
        return stat(pid)[START];
    }

    /**
     * A zombie has ended; its parent has only not looked yet, and where nobody collects orphans it
     * never will. But a killed process whose first thread is a zombie still holds its files and
     * locks until the other threads are gone.
     */
    static boolean isAlive(long pid) {
        try {
            String[] stat = stat(pid);
            boolean zombie = stat[STATE].equals("Z") || stat[STATE].equals("X");
            return !zombie || Integer.parseInt(stat[THREADS]) > 1;
        } catch (IOException e) {
            return false;
        }
    }

    /** Java cannot send SIGINT; every shell can. */
    static void signal(ProcessHandle process, String name) {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new StackException("Cannot run /bin/sh: " + StackException.oneLine(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("Interrupted while stopping a process", e);
        }
    }

    /** Waits until all have ended; false when the limit came first. */
    static boolean awaitEnd(List<ProcessHandle> processes, Duration limit) {
        CompletableFuture<?>[] ends =
                processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture<Void> all = CompletableFuture.allOf(ends);
        long deadline = System.nanoTime() + limit.toNanos();
        while (processes.stream().anyMatch(Processes::isAlive)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            await(all);
        }
        return true;
    }

    /** The handle knows its process from a later one with the same number. */
    private static boolean isAlive(ProcessHandle process) {
        return process.isAlive() && isAlive(process.pid());
    }

    private static void await(CompletableFuture<Void> all) {
        if (all.isDone()) {
            LockSupport.parkNanos(POLL.toNanos());
            return;
        }
        try {
            all.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The caller looks again.
        } catch (ExecutionException e) {
            throw new StackException("Cannot wait for a process: " + StackException.oneLine(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("Interrupted while waiting for a process to end", e);
        }
    }

    private static String[] stat(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }
}
