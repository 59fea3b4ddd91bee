package io.moor.gateway.reconcile;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.moor.gateway.volume.PostgresVolumeStore;
import io.moor.gateway.volume.VolumeState;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Volumes by state and silent instances, as the last pass saw them. */
final class Gauges {

    private final Map<VolumeState, AtomicLong> volumes = new EnumMap<>(VolumeState.class);

    private final AtomicLong expiredLeases = new AtomicLong();

    Gauges(MeterRegistry meters) {
        Gauge.builder("moor.leases.expired", expiredLeases, AtomicLong::get)
                .description("Instances that fill a slot and whose lease expired")
                .register(meters);
        for (VolumeState state : VolumeState.values()) {
            var value = new AtomicLong();
            volumes.put(state, value);
            Gauge.builder("moor.volumes", value, AtomicLong::get)
                    .tag("state", state.name())
                    .description("Volumes by state")
                    .register(meters);
        }
    }

    void update(List<PostgresVolumeStore.Count> counts, long expired) {
        expiredLeases.set(expired);
        volumes.forEach((state, value) ->
                value.set(
                        counts.stream()
                                .filter(count -> count.state() == state)
                                .mapToLong(PostgresVolumeStore.Count::volumes)
                                .sum()));
    }
}
