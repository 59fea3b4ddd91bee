package io.moor.shipper.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One line on stderr that is rewritten in place, only on a terminal and only for what takes longer
 * than a second. Not thread-safe.
 */
public final class Progress implements AutoCloseable {

    private static final long SILENT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long EVERY_NANOS = Duration.ofMillis(100).toNanos();
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier nanos;
    private long next;
    private boolean shown;

    Progress(PrintStream err, boolean terminal, LongSupplier nanos) {
        this.err = err;
        this.terminal = terminal;
        this.nanos = nanos;
        this.next = nanos.getAsLong() + SILENT_NANOS;
    }

    /** On the process's own stderr. */
    public static Progress onStderr() {
        return new Progress(System.err, stderrIsTerminal(), System::nanoTime);
    }

    /** Whether anybody sees it. */
    boolean isShown() {
        return terminal;
    }

    /** Shows the newest state; cheap enough for a tight loop. */
    public void update(String text) {
        var now = nanos.getAsLong();
        if (terminal && now - next >= 0) {
            next = now + EVERY_NANOS;
            shown = true;
            err.print(CLEAR_LINE + text);
            err.flush();
        }
    }

    /** Clears the line, so that results begin in an empty one. */
    @Override
    public void close() {
        if (shown) {
            err.print(CLEAR_LINE);
            err.flush();
        }
    }

    private static boolean stderrIsTerminal() {
        try {
            var target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }
}
