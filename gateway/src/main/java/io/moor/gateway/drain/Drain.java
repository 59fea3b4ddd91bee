package io.moor.gateway.drain;

import io.moor.gateway.protocol.DrainOutcome;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * A drain order.
 *
 * @param drain its id
 * @param incarnation which life of the instance
 * @param number 1 for the first order of this life
 * @param timeout how long the sidecar may take
 * @param revision the instance's revision that carries the order
 * @param orderedAt when it was ordered
 * @param outcome what the sidecar answered; null until then
 * @param outcomeAt when it answered
 * @param receipt the receipt; null until there is an outcome
 */
public record Drain(
        String drain,
        String incarnation,
        int number,
        Duration timeout,
        long revision,
        Instant orderedAt,
        @Nullable DrainOutcome outcome,
        @Nullable Instant outcomeAt,
        @Nullable Receipt receipt) {

    public boolean complete() {
        return receipt != null && receipt.complete();
    }
}
