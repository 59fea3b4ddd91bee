package io.moor.shipper.cli;

import io.moor.shipper.ShipperConfig.Delivery;
import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.SourceConfig.Oversized;
import io.moor.shipper.config.ByteSize;
import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.frame.Multiline;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.status.StatusAddress;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The options of {@code moor ship}; a mixin. Null is an option that was not given. */
final class ShipOptions {

    @Mixin KafkaOptions kafka = new KafkaOptions();

    @Mixin InputOptions inputs = new InputOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "YAML file with the keys of sidecar.yaml: kafka, state, group, instance, origin,"
                        + " delivery, sink, status, drain-timeout, logs. Options win over it.",
                "With 'logs' in it --topic, --source, --exclude, --max-line, --oversized, --input,"
                        + " --format, --encoding, --multiline, options of inputs and GLOBs are"
                        + " refused."
            })
    @Nullable Path config;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Where lines go. Created when missing.")
    @Nullable String topic;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = {
                "Directory for a lock; losing it loses nothing. With '-' or --input journal also"
                        + " for what is read and not shipped yet: keep it.",
                "Default with those: a directory of its own below /var/lib/moor or"
                        + " ~/.local/state/moor."
            })
    @Nullable Path state;

    @Option(
            names = "--until-eof",
            description = "Ship what is there, an unterminated last line included, seal, and end.")
    boolean untilEof;

    @Option(
            names = "--delivery",
            paramLabel = "exactly-once|at-least-once",
            description =
                    "at-least-once is for brokers without transactions. Default: exactly-once.")
    @Nullable Delivery delivery;

    @Option(
            names = "--sink",
            paramLabel = "producer|direct",
            description =
                    "What brings lines to Kafka: its own producer, or batches encoded here for less"
                            + " time per line. Default: direct.")
    @Nullable Sink sink;

    @Option(
            names = "--compression",
            paramLabel = "lz4|zstd|none",
            description = "Compression in Kafka. Default: lz4.")
    @Nullable String compression;

    @Option(names = "--group", paramLabel = "G", description = "First part of the record key.")
    @Nullable String group;

    @Option(
            names = "--instance",
            paramLabel = "I",
            description = "Third part of the record key. Default: the host name.")
    @Nullable String instance;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description =
                    "Fourth part of the record key. Default: logs; stdin with '-', journal with"
                            + " --input journal.")
    @Nullable String source;

    @Option(
            names = "--origin",
            paramLabel = "ID",
            description = {
                "Who owns the checkpoints: the same id continues where it was.",
                "Default: a hash of machine id, topic and globs; with 'logs' in --config, of"
                        + " machine id and that file's path."
            })
    @Nullable String origin;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Paths or file names to leave out. Repeatable.")
    List<String> exclude = List.of();

    @Option(
            names = "--max-line",
            paramLabel = "SIZE",
            description = "Longest value of a record. Default: 1MiB.")
    @Nullable ByteSize maxLine;

    @Option(
            names = "--oversized",
            paramLabel = "split|dead-letter",
            description =
                    "What becomes of longer lines: pieces, or whole to moor.dead-letters. Default:"
                            + " split.")
    @Nullable Oversized oversized;

    @Option(
            names = "--input",
            paramLabel = "plain|cri|docker|journal",
            description =
                    "Who framed the lines of the files; or journal: systemd's journal, each entry a"
                            + " line of JSON, and no files. Default: plain.")
    Framing.@Nullable Input input;

    @Option(
            names = "--format",
            paramLabel = "raw|json",
            description = "Form of a value. Default: raw. Rules and parsers: see --config.")
    Shape.@Nullable Form format;

    @Option(
            names = "--encoding",
            paramLabel = "CHARSET",
            description = "Encoding of the files; any of Java's. Default: UTF-8.")
    @Nullable Encoding encoding;

    @Option(
            names = "--multiline",
            paramLabel = "none|java|python|go|start=REGEX",
            description = "How lines are joined to events. Default: none.")
    @Nullable Multiline multiline;

    @Option(
            names = "--status",
            paramLabel = "[HOST:]PORT",
            description =
                    "Serve GET /status, /metrics and /healthz here, on 127.0.0.1 unless a host is"
                            + " named.")
    @Nullable StatusAddress status;

    @Option(
            names = "--drain-timeout",
            paramLabel = "30s",
            description = "How long a drain after SIGTERM may take. Default: 30s.")
    @Nullable Duration drainTimeout;

    @Parameters(
            arity = "0..*",
            paramLabel = "GLOB",
            description =
                    "Files to ship; '**' crosses directories. Quote them. Or '-': standard input,"
                            + " until its end.")
    List<String> globs = List.of();

    /** Whether anything was given that describes a source. */
    boolean nameASource() {
        return topic != null
                || source != null
                || maxLine != null
                || oversized != null
                || input != null
                || format != null
                || encoding != null
                || multiline != null
                || !exclude.isEmpty()
                || inputs.areGiven()
                || !globs.isEmpty();
    }

    Framing framing() {
        return new Framing(
                input == null ? Framing.Input.PLAIN : input,
                encoding == null ? Encoding.UTF_8 : encoding,
                multiline == null ? Multiline.NONE : multiline);
    }

    int maxLineBytes() {
        return maxLine == null
                ? SourceConfig.DEFAULT_MAX_LINE_BYTES
                : io.moor.shipper.config.LogConfig.maxLineBytes(maxLine);
    }
}
