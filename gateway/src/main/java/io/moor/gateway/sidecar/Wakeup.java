package io.moor.gateway.sidecar;

import java.util.concurrent.CompletableFuture;

/** Tells the loop that something worth reporting changed. Raising it twice wakes once. */
final class Wakeup {

    private CompletableFuture<Void> next = new CompletableFuture<>();

    synchronized void raise() {
        next.complete(null);
    }

    /**
     * Completes with the next raise; arm it before looking at the state, then nothing is missed.
     */
    synchronized CompletableFuture<Void> arm() {
        if (next.isDone()) {
            next = new CompletableFuture<>();
        }
        return next;
    }
}
