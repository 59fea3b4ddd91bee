package io.moor.shipper.spool;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The spool of a source that is no file. Its lines are written to {@link #live}, which is renamed
 * when it is large enough; what is committed is removed.
 *
 * @param input what is written to it
 * @param mostBytes how much it holds; while it is full nothing is read from the input
 * @param directory its own; empty until the state directory is known
 */
public record SpoolConfig(Input input, long mostBytes, Path directory) {

    /** 1 GiB. */
    public static final long DEFAULT_BYTES = 1L << 30;

    private static final long LEAST_BYTES = 1L << 20;
    private static final Path NOWHERE = Path.of("");
    private static final String LIVE = "spool.log";

    /** In a glob: all but these mean themselves. */
    private static final Pattern SPECIAL = Pattern.compile("[\\\\*?\\[\\]{}]");

    private static final String PLAIN =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    public SpoolConfig {
        if (mostBytes < LEAST_BYTES) {
            throw new IllegalArgumentException("'spool-max' is at least 1MiB");
        }
    }

    public SpoolConfig(Input input, long mostBytes) {
        this(input, mostBytes, NOWHERE);
    }

    /** What is no file. */
    public sealed interface Input permits StandardInput, Journal {}

    /** Bytes from file descriptor 0, until their end. */
    public record StandardInput() implements Input {}

    /**
     * The same in its place: one directory per origin, topic and source, so that what was kept for
     * one is never shipped as another.
     */
    public SpoolConfig in(Path state, String origin, String topic, String source) {
        return new SpoolConfig(
                input,
                mostBytes,
                root(state).resolve(name(origin)).resolve(name(topic)).resolve(name(source)));
    }

    /** Where the spools of a state directory are. */
    static Path root(Path state) {
        return state.resolve("spool");
    }

    /** The file that is written. */
    public Path live() {
        return directory.resolve(LIVE);
    }

    /** A file that was written, by its number. */
    Path rotated(long number) {
        return directory.resolve(LIVE + "." + number);
    }

    /** Number of a file that was written, or -1 for another file. */
    static long number(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean rotated = name.matches(Pattern.quote(LIVE) + "\\.\\d{1,18}");
        return rotated ? Long.parseLong(name.substring(LIVE.length() + 1)) : -1;
    }

    /** A glob of all its files. */
    public String glob() {
        return SPECIAL.matcher(directory.toString()).replaceAll("\\\\$0") + "/" + LIVE + "*";
    }

    /** A file name, never {@code .} or {@code ..}. */
    private static String name(String text) {
        StringBuilder name = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (each & 0xff);
            boolean plain = PLAIN.indexOf(character) >= 0 && !(name.isEmpty() && each == '.');
            name.append(
                    plain
                            ? String.valueOf(character)
                            : "%" + HexFormat.of().withUpperCase().toHexDigits(each));
        }
        return name.toString();
    }
}
