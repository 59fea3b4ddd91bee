package io.moor.shipper.cli;

import io.moor.shipper.Sending;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.SourceConfig.Oversized;
import io.moor.shipper.TopicTemplate;
import io.moor.shipper.config.LogConfig;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.shape.Parse;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.spool.Journal;
import io.moor.shipper.spool.SpoolConfig;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/** The source that the options of {@code moor ship} describe. */
final class ShipSource {

    private ShipSource() {}

    /**
     * @throws IllegalArgumentException when the options contradict each other
     */
    static SourceConfig of(ShipOptions options, String topic) {
        LogConfig.requireTopic(TopicTemplate.example(topic));
        options.exclude.forEach(LogConfig::requireGlob);
        SpoolConfig spool = spool(options);
        return new SourceConfig(
                options.source == null ? name(spool) : options.source,
                spool == null
                        ? options.globs.stream().map(ShipSource::absolute).toList()
                        : List.of(),
                options.exclude,
                topic,
                options.maxLineBytes(),
                options.oversized == null ? Oversized.SPLIT : options.oversized,
                options.framing(),
                new Shape(
                        options.format == null ? Shape.Form.RAW : options.format,
                        Parse.NONE,
                        null,
                        Shape.Timestamp.READ,
                        List.of()),
                Sending.PLAIN,
                spool);
    }

    /** Whether anything is named that can be shipped. */
    static boolean isNamed(ShipOptions options) {
        return !options.globs.isEmpty() || options.input == Framing.Input.JOURNAL;
    }

    private static @Nullable SpoolConfig spool(ShipOptions options) {
        boolean stdin = options.globs.contains(InputOptions.STANDARD_INPUT);
        boolean journal = options.input == Framing.Input.JOURNAL;
        if (journal && !options.globs.isEmpty()) {
            throw new IllegalArgumentException(
                    "--input journal ships the journal and no files; take the GLOBs away, or make"
                            + " it two commands");
        }
        if (stdin && options.globs.size() > 1) {
            throw new IllegalArgumentException(
                    "'-' is standard input, which has an end, and files have none; make it two"
                            + " commands");
        }
        if ((stdin || journal) && !options.exclude.isEmpty()) {
            throw new IllegalArgumentException(
                    "--exclude leaves files out, and no files are shipped; take it away");
        }
        if (!journal && options.inputs.nameAJournal()) {
            throw new IllegalArgumentException(
                    "--unit, --journal-match, --journal-directory and --journal-file need --input"
                            + " journal; add it");
        }
        if (!journal && !stdin && options.inputs.areGiven()) {
            throw new IllegalArgumentException(
                    "--spool-max is for '-' and --input journal; files are their own buffer");
        }
        if (journal) {
            return options.inputs.journal();
        }
        return stdin ? options.inputs.standardInput() : null;
    }

    private static String name(@Nullable SpoolConfig spool) {
        if (spool == null) {
            return "logs";
        }
        return switch (spool.input()) {
            case SpoolConfig.StandardInput _ -> "stdin";
            case Journal _ -> "journal";
        };
    }

    private static String absolute(String glob) {
        String absolute =
                glob.startsWith("/")
                        ? glob
                        : Path.of("").toAbsolutePath() + "/" + glob.replaceFirst("^(\\./)+", "");
        LogConfig.requireGlob(absolute);
        return absolute;
    }
}
