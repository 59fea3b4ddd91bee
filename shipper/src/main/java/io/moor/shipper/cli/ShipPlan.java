package io.moor.shipper.cli;

import io.moor.shipper.Origin;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperConfig.Delivery;
import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.config.LogConfig;
import io.moor.shipper.status.StatusAddress;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code moor ship} is to do: the file, with the options laid over it.
 *
 * @param shipper for the engine
 * @param status where a status is served
 * @param drainTimeout how long a drain after SIGTERM may take
 */
record ShipPlan(ShipperConfig shipper, Optional<StatusAddress> status, Duration drainTimeout) {

    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    private static final String COMPRESSION = "compression.type";

    /**
     * @throws CommandFailure with exit code 2 when the options contradict each other or the file
     * @throws ConfigException when the file was not understood
     */
    static ShipPlan of(ShipOptions options) throws ConfigException {
        ShipFile file =
                options.config == null
                        ? ShipFile.NONE
                        : ConfigFile.load(options.config, ShipFile.class);
        try {
            return of(options, file);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static ShipPlan of(ShipOptions options, ShipFile file) {
        List<SourceConfig> sources = sources(options, file);
        Origin origin = origin(options, file, sources);
        Path state = state(options, file, sources, origin);
        String instance = first(options.instance, file.instance());
        Delivery delivery = first(options.delivery, file.delivery());
        Sink sink = first(options.sink, file.sink());
        Duration drain = first(options.drainTimeout, file.drainTimeout());
        return new ShipPlan(
                new ShipperConfig(
                        origin,
                        new StreamScope(
                                Optional.ofNullable(first(options.group, file.group())),
                                Optional.empty(),
                                Optional.of(instance == null ? OriginName.hostName() : instance),
                                Optional.empty()),
                        sources,
                        kafka(options, file),
                        state.toAbsolutePath(),
                        0,
                        options.untilEof,
                        delivery == null ? Delivery.EXACTLY_ONCE : delivery,
                        sink == null ? Sink.DIRECT : sink),
                Optional.ofNullable(first(options.status, file.status())),
                drain == null ? DRAIN_TIMEOUT : drain);
    }

    private static Path state(
            ShipOptions options, ShipFile file, List<SourceConfig> sources, Origin origin) {
        Path state = first(options.state, file.state());
        if (state != null) {
            return state;
        }
        if (sources.stream().allMatch(source -> source.spool() == null)) {
            throw new IllegalArgumentException("no state directory is named; add --state DIR");
        }
        return StatePlace.of(
                origin,
                System.getenv(),
                System.getProperty("user.name", ""),
                Path.of(System.getProperty("user.home", "/")));
    }

    private static List<SourceConfig> sources(ShipOptions options, ShipFile file) {
        if (!file.logs().isEmpty()) {
            if (options.nameASource()) {
                throw new IllegalArgumentException(
                        "the file of --config has 'logs', so --topic, --source, --exclude,"
                            + " --max-line, --oversized, --input, --format, --encoding, --multiline"
                            + " and GLOBs have no place here; write them into the file");
            }
            return file.logs().stream().map(LogConfig::source).toList();
        }
        if (options.topic == null || !ShipSource.isNamed(options)) {
            throw new IllegalArgumentException(
                    options.config == null
                            ? "nothing to ship is named; add --topic TOPIC and a quoted GLOB"
                            : "the file of --config has no 'logs'; add them, or --topic TOPIC and"
                                    + " a quoted GLOB");
        }
        return List.of(ShipSource.of(options, options.topic));
    }

    private static Origin origin(ShipOptions options, ShipFile file, List<SourceConfig> sources) {
        String named = first(options.origin, file.origin());
        if (named != null) {
            return new Origin(named);
        }
        if (options.config != null && !file.logs().isEmpty()) {
            return OriginName.of(options.config);
        }
        SourceConfig only = sources.getFirst();
        return only.spool() == null
                ? OriginName.of(only.topic(), only.files())
                : OriginName.ofInput(only.topic(), only.name());
    }

    private static Map<String, String> kafka(ShipOptions options, ShipFile file) {
        Map<String, String> properties = new LinkedHashMap<>(file.kafka());
        if (options.compression != null) {
            if (!List.of("lz4", "zstd", "none").contains(options.compression)) {
                throw new IllegalArgumentException(
                        "--compression takes lz4, zstd or none, not '" + options.compression + "'");
            }
            properties.put(COMPRESSION, options.compression);
        }
        return options.kafka.properties(properties);
    }

    private static <T> @Nullable T first(@Nullable T option, @Nullable T key) {
        return option != null ? option : key;
    }
}
