package io.moor.shipper;

import io.moor.shipper.frame.Framing;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.spool.SpoolConfig;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * One entry of the {@code logs:} configuration.
 *
 * @param name name of the source, part of the key of its streams
 * @param files globs of absolute paths; {@code **} crosses directories
 * @param exclude globs of paths or of file names that are left out
 * @param topic the data topic, or a {@link TopicTemplate}
 * @param maxLineBytes longest value of a record
 * @param oversized what becomes of longer lines
 * @param framing how files become events
 * @param shape what becomes of events
 * @param sending how records are sent
 * @param spool where the lines of an input are kept that is no file, such as standard input; its
 *     files are those of the spool. Null for files of others
 */
public record SourceConfig(
        String name,
        List<String> files,
        List<String> exclude,
        String topic,
        int maxLineBytes,
        Oversized oversized,
        Framing framing,
        Shape shape,
        Sending sending,
        @Nullable SpoolConfig spool) {

    /** 1 MiB. */
    public static final int DEFAULT_MAX_LINE_BYTES = 1 << 20;

    /** What becomes of a line that is too long for a record. */
    public enum Oversized {
        /** Pieces, flagged {@code split}. */
        SPLIT,
        /** The whole line goes to {@code moor.dead-letters}, in the same transaction. */
        DEAD_LETTER
    }

    /** Whether lines may go to {@code moor.dead-letters}. */
    public boolean hasDeadLetters() {
        return oversized == Oversized.DEAD_LETTER || shape.hasDeadLetters();
    }

    /** The source with its topic's name filled in, and its spool in its place. */
    SourceConfig of(StreamScope scope, Path state, Origin origin) {
        String filled = TopicTemplate.fill(topic, scope, name);
        SpoolConfig placed = spool == null ? null : spool.in(state, origin.id(), filled, name);
        return new SourceConfig(
                name,
                placed == null ? files : List.of(placed.glob()),
                exclude,
                filled,
                maxLineBytes,
                oversized,
                framing,
                shape,
                sending,
                placed);
    }

    /** Of files. */
    public SourceConfig(
            String name,
            List<String> files,
            List<String> exclude,
            String topic,
            int maxLineBytes,
            Oversized oversized,
            Framing framing,
            Shape shape,
            Sending sending) {
        this(name, files, exclude, topic, maxLineBytes, oversized, framing, shape, sending, null);
    }

    /** Of plain lines in UTF-8. */
    public SourceConfig(
            String name,
            List<String> files,
            List<String> exclude,
            String topic,
            int maxLineBytes,
            Oversized oversized) {
        this(
                name,
                files,
                exclude,
                topic,
                maxLineBytes,
                oversized,
                Framing.LINES,
                Shape.AS_IT_IS,
                Sending.PLAIN);
    }

    public SourceConfig {
        files = List.copyOf(files);
        exclude = List.copyOf(exclude);
        boolean nothing = files.isEmpty() && spool == null;
        if (name.isEmpty() || nothing || topic.isEmpty() || maxLineBytes < 1) {
            throw new IllegalArgumentException(
                    "a source needs a name, files, a topic and a positive max-line");
        }
    }
}
