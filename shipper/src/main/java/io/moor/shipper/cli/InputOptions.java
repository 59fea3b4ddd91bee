package io.moor.shipper.cli;

import io.moor.shipper.config.ByteSize;
import io.moor.shipper.spool.Journal;
import io.moor.shipper.spool.SpoolConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;

/** The options of inputs that are no files; a mixin. */
final class InputOptions {

    /** In place of a glob. */
    static final String STANDARD_INPUT = "-";

    @Option(
            names = "--unit",
            paramLabel = "UNIT",
            description = "With --input journal: of this unit only. Repeatable.")
    List<String> units = List.of();

    @Option(
            names = "--journal-match",
            paramLabel = "FIELD=VALUE",
            description =
                    "With --input journal: entries that match, as journalctl takes them."
                            + " Repeatable.")
    List<String> matches = List.of();

    @Option(
            names = "--journal-directory",
            paramLabel = "DIR",
            description = "With --input journal: journal files here, not this machine's.")
    @Nullable Path directory;

    @Option(
            names = "--journal-file",
            paramLabel = "FILE",
            description = "With --input journal: this journal file. Repeatable.")
    List<Path> files = List.of();

    @Option(
            names = "--spool-max",
            paramLabel = "SIZE",
            description =
                    "How much of standard input or the journal is kept below --state while Kafka is"
                            + " away; then the input waits. Default: 1GiB.")
    @Nullable ByteSize spoolMax;

    boolean nameAJournal() {
        return !units.isEmpty() || !matches.isEmpty() || directory != null || !files.isEmpty();
    }

    boolean areGiven() {
        return nameAJournal() || spoolMax != null;
    }

    SpoolConfig standardInput() {
        return new SpoolConfig(new SpoolConfig.StandardInput(), bytes());
    }

    SpoolConfig journal() {
        return new SpoolConfig(
                new Journal(
                        units,
                        matches,
                        directory == null ? null : directory.toAbsolutePath(),
                        files.stream().map(Path::toAbsolutePath).toList()),
                bytes());
    }

    private long bytes() {
        return spoolMax == null ? SpoolConfig.DEFAULT_BYTES : spoolMax.bytes();
    }
}
