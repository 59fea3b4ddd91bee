package io.moor.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells the story line by line, each with the seconds since the start. */
public final class Narrator {

    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    public Narrator(PrintStream out) {
        this.out = out;
    }

    /** A new chapter. */
    public void chapter(String title) {
        out.println();
        line("== " + title);
    }

    public void say(String text) {
        line("   " + text);
    }

    /** Time since the start of the story, by a monotonic clock. */
    public Duration elapsed() {
        return since(startNanos);
    }

    /** Time since a moment of {@link System#nanoTime}. */
    static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** As {@code 12.3 s}. */
    public static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private void line(String text) {
        out.printf(Locale.ROOT, "[%6.1f s] %s%n", elapsed().toMillis() / 1000.0, text);
        out.flush();
    }
}
