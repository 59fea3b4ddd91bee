package io.moor.shipper.status;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.FileStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The statuses of shippers as Prometheus metrics; {@code docs/operations.md} lists them. Gauges are
 * set anew at each scrape. Files have rows only while they are behind, and only so many, so the
 * number of series is bounded. Thread-safe.
 */
final class ShipperMetrics {

    private static final double MILLIS = 1_000;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, MultiGauge> gauges = new LinkedHashMap<>();

    /** The text of one scrape. */
    synchronized String scrape(List<ShipperStatus> shippers) {
        Map<String, List<MultiGauge.Row<?>>> rows = new LinkedHashMap<>();
        for (ShipperStatus shipper : shippers) {
            rows(rows, shipper);
        }
        gauges.forEach((name, gauge) -> gauge.register(rows.getOrDefault(name, List.of()), true));
        rows.forEach((name, values) ->
                gauges.computeIfAbsent(name, _ -> MultiGauge.builder(name).register(registry))
                        .register(values, true));
        return registry.scrape();
    }

    private static void rows(Map<String, List<MultiGauge.Row<?>>> rows, ShipperStatus shipper) {
        Tags origin = Tags.of("origin", shipper.origin());
        add(
                rows,
                "moor.shipper.state",
                origin.and("state", shipper.state().name(), "delivery", shipper.delivery()),
                1);
        add(rows, "moor.shipper.waiting", origin, shipper.waitingFor().isEmpty() ? 0 : 1);
        for (SourceStatus source : shipper.sources()) {
            Tags tags = origin.and("source", source.source(), "topic", source.topic());
            Map<String, ToDoubleFunction<SourceStatus>> values = new LinkedHashMap<>();
            values.put("streams", SourceStatus::streams);
            values.put("files", SourceStatus::files);
            values.put("committed.lines", SourceStatus::committedLines);
            values.put("committed.bytes", SourceStatus::committedBytes);
            values.put("behind.bytes", SourceStatus::behindBytes);
            values.put("oldest.unshipped.seconds", each -> each.oldestUnshippedMs() / MILLIS);
            values.put("pinned.files", SourceStatus::pinnedFiles);
            values.put("pinned.bytes", SourceStatus::pinnedBytes);
            values.put("unreadable.files", SourceStatus::unreadableFiles);
            values.forEach((name, value) ->
                    add(rows, "moor.shipper." + name, tags, value.applyAsDouble(source)));
        }
        for (FileStatus file : shipper.files()) {
            Tags tags =
                    origin.and(
                            "source", file.source(), "file", file.file(), "file_id", file.fileId());
            add(rows, "moor.shipper.file.behind.bytes", tags, (double) file.behindBytes());
            add(
                    rows,
                    "moor.shipper.file.oldest.unshipped.seconds",
                    tags,
                    file.oldestUnshippedMs() / MILLIS);
        }
    }

    private static void add(
            Map<String, List<MultiGauge.Row<?>>> rows, String name, Tags tags, double value) {
        rows.computeIfAbsent(name, _ -> new ArrayList<>()).add(MultiGauge.Row.of(tags, value));
    }
}
