package io.moor.shipper;

import io.moor.shipper.frame.Framing;
import io.moor.shipper.shape.Shape;

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
        Sending sending) {

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

    /** The source with its topic's name filled in. */
    SourceConfig of(StreamScope scope) {
        return new SourceConfig(
                name,
                files,
                exclude,
                TopicTemplate.fill(topic, scope, name),
                maxLineBytes,
                oversized,
                framing,
                shape,
                sending);
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
        if (name.isEmpty() || files.isEmpty() || topic.isEmpty() || maxLineBytes < 1) {
            throw new IllegalArgumentException(
                    "a source needs a name, files, a topic and a positive max-line");
        }
    }
}
