package io.moor.gateway.reconcile;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.VolumeState;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Volumes by state, as the last pass saw them. */
final class Gauges {

    private final Map<VolumeState, AtomicLong> volumes = new EnumMap<>(VolumeState.class);

    Gauges(MeterRegistry meters) {
        for (VolumeState state : VolumeState.values()) {
            var value = new AtomicLong();
            volumes.put(state, value);
            Gauge.builder("moor.volumes", value, AtomicLong::get)
                    .tag("state", state.name())
                    .description("Volumes by state")
                    .register(meters);
        }
    }

    void update(List<PostgresVolumeStore.Count> counts) {
        volumes.forEach((state, value) ->
                value.set(
                        counts.stream()
                                .filter(count -> count.state() == state)
                                .mapToLong(PostgresVolumeStore.Count::volumes)
                                .sum()));
    }
}
