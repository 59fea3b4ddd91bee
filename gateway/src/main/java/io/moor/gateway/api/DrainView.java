package io.moor.gateway.api;

import io.moor.gateway.drain.Drain;
import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;

import java.time.Instant;

/** A drain order as the API shows it. */
record DrainView(
        String drain,
        String instance,
        String incarnation,
        long timeoutMs,
        Instant orderedAt,
        InstanceState state,
        boolean answered,
        boolean complete) {

    static DrainView of(Drain drain, Instance instance) {
        return new DrainView(
                drain.drain(),
                instance.instance(),
                instance.incarnation(),
                drain.timeout().toMillis(),
                drain.orderedAt(),
                instance.state(),
                drain.receipt() != null,
                drain.complete());
    }
}
