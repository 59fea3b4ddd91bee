package io.moor.shipper.cli;

import io.moor.shipper.ShipperConfig.Delivery;
import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.config.Default;
import io.moor.shipper.config.LogConfig;
import io.moor.shipper.status.StatusAddress;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The file of {@code moor ship --config}; its keys are those of {@code sidecar.yaml}, as far as
 * they mean something without a gateway. An option of the command line wins over its key.
 *
 * @param kafka properties of the Kafka clients; values may be secret
 * @param state directory for a lock and caches
 * @param group first part of the record key
 * @param instance third part of the record key; the host name when null
 * @param origin who owns the checkpoints
 * @param delivery the guarantee
 * @param sink what brings lines to Kafka
 * @param status where a status is served
 * @param drainTimeout how long a drain after SIGTERM may take
 * @param logs what to ship
 */
record ShipFile(
        @Default("{}") Map<String, String> kafka,
        @Nullable Path state,
        @Nullable String group,
        @Nullable String instance,
        @Nullable String origin,
        @Nullable Delivery delivery,
        @Nullable Sink sink,
        @Nullable StatusAddress status,
        @Nullable Duration drainTimeout,
        @Default("[]") List<LogConfig> logs) {

    /** What there is without a file. */
    static final ShipFile NONE =
            new ShipFile(Map.of(), null, null, null, null, null, null, null, null, List.of());

    ShipFile {
        LogConfig.requireUniqueNames(logs);
    }

    /** Values of {@code kafka} may hold passwords. */
    @Override
    public String toString() {
        return "ShipFile[origin=" + origin + ", logs=" + logs + "]";
    }
}
