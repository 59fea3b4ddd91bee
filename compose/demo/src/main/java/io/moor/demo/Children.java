package io.moor.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Every process that a demo starts, so that no end of the demo leaves one behind.
 *
 * <p>Each child carries a mark in its environment. A later run on the same directory finds the
 * children of a killed one by that mark ({@link #sweep}): unlike a file of process ids, it cannot
 * go stale or point at a stranger.
 */
final class Children implements AutoCloseable {

    /** Environment variable that names the data directory of the demo that a process belongs to. */
    private static final String MARK = "MOOR_DEMO_HOME";

    private static final Duration GRACE = Duration.ofSeconds(8);

    private final Path home;
    private final Deque<Process> running = new ArrayDeque<>();
    private boolean closed;

    Children(Path home) {
        this.home = home;
    }

    /**
     * Starts a program in a session of its own, so that a Ctrl-C on the terminal reaches the demo
     * alone, which then ends its children in order.
     *
     * @param log gets standard error, and standard output too unless {@code piped}
     * @param piped whether the caller reads standard output
     * @throws IOException when it cannot be started, or the demo is already ending
     */
    synchronized Process start(
            List<String> command, Map<String, String> environment, Path log, boolean piped)
            throws IOException {
        if (closed) {
            throw new IOException("the demo is ending, nothing more is started");
        }
        List<String> inOwnSession = new ArrayList<>(List.of("setsid"));
        inOwnSession.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(inOwnSession);
        builder.environment().putAll(environment);
        builder.environment().put(MARK, home.toString());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        if (!piped) {
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        }
        Process process = builder.start();
        running.push(process);
        return process;
    }

    /**
     * Ends every child, the youngest first: asked with SIGTERM, then killed. Idempotent; later
     * starts are refused.
     */
    @Override
    public void close() {
        Deque<Process> ending;
        synchronized (this) {
            closed = true;
            ending = new ArrayDeque<>(running);
            running.clear();
        }
        for (Process process : ending) {
            end(process);
        }
        sweep(home);
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /**
     * Kills every process that carries the mark of a demo on this directory and waits until they
     * are gone.
     *
     * @return how many there were
     */
    static int sweep(Path home) {
        return killMarked(MARK + "=" + home);
    }

    /** Kills every process with this {@code NAME=value} in its environment, until none is left. */
    static int killMarked(String mark) {
        int killed = 0;
        for (int round = 0; round < 100; round++) {
            List<ProcessHandle> found = marked(mark);
            if (found.isEmpty()) {
                break;
            }
            killed = Math.max(killed, found.size());
            found.forEach(ProcessHandle::destroyForcibly);
            found.forEach(Children::awaitEnd);
        }
        return killed;
    }

    private static void awaitEnd(ProcessHandle handle) {
        try {
            handle.onExit().get(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            // Still there: the next round looks again.
        }
    }

    /**
     * The living processes with this {@code NAME=value} in their environment, ourselves left out.
     */
    static List<ProcessHandle> marked(String mark) {
        long self = ProcessHandle.current().pid();
        byte[] wanted = mark.getBytes(StandardCharsets.UTF_8);
        return ProcessHandle.allProcesses()
                .filter(handle ->
                        handle.pid() != self && hasEntry(environment(handle.pid()), wanted))
                .toList();
    }

    private static byte[] environment(long pid) {
        try {
            return Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
        } catch (IOException e) {
            // Gone in the meantime, or somebody else's: not ours.
            return new byte[0];
        }
    }

    private static boolean hasEntry(byte[] environment, byte[] wanted) {
        int start = 0;
        for (int i = 0; i < environment.length; i++) {
            if (environment[i] != 0) {
                continue;
            }
            if (i - start == wanted.length
                    && java.util.Arrays.equals(environment, start, i, wanted, 0, wanted.length)) {
                return true;
            }
            start = i + 1;
        }
        return false;
    }
}
