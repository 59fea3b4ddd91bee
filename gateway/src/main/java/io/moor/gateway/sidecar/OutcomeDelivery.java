package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.SyncRequest;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Whether the gateway has the outcome of a drain: it has what a request carried that it answered,
 * not what became known while the request was on its way. Not thread-safe.
 */
final class OutcomeDelivery {

    private @Nullable String taken;

    /** The gateway answered this request. */
    void answered(SyncRequest request) {
        var outcome = request.drain();
        if (outcome != null) {
            taken = outcome.drain();
        }
    }

    boolean has(String drain) {
        return drain.equals(taken);
    }

    /**
     * How long the gateway may hold a call: a stop hurries only when there is an outcome to hand
     * over. Before, the drain's end cuts the call short anyway.
     */
    static Duration hold(boolean stopping, boolean outcomeKnown, Duration most) {
        return stopping && outcomeKnown ? Duration.ZERO : most;
    }
}
