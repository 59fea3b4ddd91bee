package io.moor.shipper.cli;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.Shippers;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.PatternSyntaxException;

/** {@code moor ship}: the shipper alone, no gateway. */
@Command(
        name = "ship",
        description = {
            "Ships log files to a Kafka topic, every line exactly once.",
            "Follows the files until SIGTERM, then drains and seals. Exit codes: 0 everything is"
                    + " shipped and sealed, 1 failed, 2 usage, 3 not everything was shipped.",
            "%nExample: moor ship --kafka localhost:9092 --topic logs --state /var/lib/moor"
                    + " '/var/log/app/*.log'"
        })
public final class ShipCommand implements Callable<Integer> {

    @Mixin private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--topic",
            required = true,
            paramLabel = "TOPIC",
            description = "Where lines go. Created when missing.")
    private String topic = "";

    @Option(
            names = "--state",
            required = true,
            paramLabel = "DIR",
            description = "Directory for a lock; losing it loses nothing.")
    private Path state = Path.of(".");

    @Option(
            names = "--until-eof",
            description = "Ship what is there, an unterminated last line included, seal, and end.")
    private boolean untilEof;

    @Option(
            names = "--compression",
            paramLabel = "lz4|zstd|none",
            defaultValue = "lz4",
            description = "Compression in Kafka. Default: lz4.")
    private String compression = "lz4";

    @Option(names = "--group", paramLabel = "G", description = "First part of the record key.")
    private @Nullable String group;

    @Option(
            names = "--instance",
            paramLabel = "I",
            description = "Third part of the record key. Default: the host name.")
    private @Nullable String instance;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            defaultValue = "logs",
            description = "Fourth part of the record key. Default: logs.")
    private String source = "logs";

    @Option(
            names = "--origin",
            paramLabel = "ID",
            description =
                    "Who owns the checkpoints. Default: a hash of machine id, topic and globs.")
    private @Nullable String origin;

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Paths or file names to leave out. Repeatable.")
    private List<String> exclude = List.of();

    @Option(
            names = "--drain-timeout",
            paramLabel = "30s",
            defaultValue = "30s",
            description = "How long a drain after SIGTERM may take. Default: 30s.")
    private Duration drainTimeout = Duration.ofSeconds(30);

    @Parameters(
            arity = "1..*",
            paramLabel = "GLOB",
            description = "Files to ship; '**' crosses directories. Quote them.")
    private List<String> globs = List.of();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ShipperException, InterruptedException {
        ShipperConfig config = config();
        PrintWriter err = err();
        // Before the start: a signal that comes while it lasts drains as soon as there is
        // something.
        CompletableFuture<Shipper> started = new CompletableFuture<>();
        Termination.onSignal(() -> drain(started.join(), err));
        try (Shipper shipper = Shippers.start(config)) {
            started.complete(shipper);
            return ExitCodes.of(shipper.ended().get(), err).number();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ShipperException failure) {
                throw failure;
            }
            throw new CommandFailure(ExitCode.FAILED, "the shipper failed: " + e.getCause(), e);
        }
    }

    private void drain(Shipper shipper, PrintWriter err) {
        err.println(
                "draining: reading every file to its end, at most "
                        + drainTimeout.toSeconds()
                        + " s; a second signal ends at once");
        try {
            shipper.drain(drainTimeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ShipperConfig config() {
        try {
            List<String> absolute = globs.stream().map(ShipCommand::absolute).toList();
            exclude.forEach(ShipCommand::check);
            return new ShipperConfig(
                    origin == null ? OriginName.of(topic, absolute) : new Origin(origin),
                    new StreamScope(
                            Optional.ofNullable(group),
                            Optional.empty(),
                            Optional.of(instance == null ? OriginName.hostName() : instance),
                            Optional.empty()),
                    List.of(
                            new SourceConfig(
                                    source,
                                    absolute,
                                    exclude,
                                    topic,
                                    SourceConfig.DEFAULT_MAX_LINE_BYTES,
                                    SourceConfig.Oversized.SPLIT)),
                    properties(),
                    state.toAbsolutePath(),
                    0,
                    untilEof,
                    ShipperConfig.Delivery.EXACTLY_ONCE);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, String> properties() {
        if (!List.of("lz4", "zstd", "none").contains(compression)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--compression takes lz4, zstd or none, not '" + compression + "'");
        }
        if (!topic.matches("[A-Za-z0-9._-]{1,249}")) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--topic takes letters, digits, dots, dashes and underscores, not '"
                            + topic
                            + "'");
        }
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("compression.type", compression);
        properties.putAll(kafka.properties());
        return properties;
    }

    private static String absolute(String glob) {
        String absolute =
                glob.startsWith("/")
                        ? glob
                        : Path.of("").toAbsolutePath() + "/" + glob.replaceFirst("^(\\./)+", "");
        check(absolute);
        return absolute;
    }

    private static void check(String glob) {
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "'" + glob + "' is not a glob: " + e.getDescription(), e);
        }
    }

    private PrintWriter err() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli");
        }
        return spec.commandLine().getErr();
    }

    /** What a report means for the exit code, and a line for people. */
    private static final class ExitCodes {

        private ExitCodes() {}

        static ExitCode of(DrainReport report, PrintWriter err) {
            if (report.complete()) {
                long lines =
                        report.streams().stream().mapToLong(DrainReport.StreamReport::lines).sum();
                err.println(
                        "everything is shipped and sealed: "
                                + report.streams().size()
                                + " streams, "
                                + lines
                                + " lines");
                return ExitCode.DONE;
            }
            if (report.end() != DrainReport.End.DRAINED) {
                err.println("the drain did not come to its end");
            }
            for (DrainReport.StreamReport stream : report.streams()) {
                for (DrainReport.Unshipped range : stream.unshipped()) {
                    err.println(
                            "not shipped: "
                                    + range.file()
                                    + " bytes "
                                    + range.start()
                                    + "-"
                                    + range.end()
                                    + " ("
                                    + range.fileId()
                                    + ")");
                }
                if (stream.unshipped().isEmpty() && !(stream.sealed() && stream.verified())) {
                    err.println("not sealed: " + stream.stream());
                }
            }
            return ExitCode.NOT_EXTERNALIZED;
        }
    }
}
