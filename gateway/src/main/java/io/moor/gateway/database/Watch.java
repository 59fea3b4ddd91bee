package io.moor.gateway.database;

import java.util.concurrent.CompletableFuture;

/** One waiter's interest in a topic. Used by one thread; close it to leave. */
public final class Watch implements AutoCloseable {

    private final String topic;
    private final Changes changes;
    private final Waiters waiters;
    private CompletableFuture<Boolean> next;

    Watch(String topic, Changes changes, Waiters waiters) {
        this.topic = topic;
        this.changes = changes;
        this.waiters = waiters;
        this.next = waiters.next();
    }

    /**
     * Completes with the first change since this watch began or was last {@link #again rearmed}.
     */
    public CompletableFuture<Boolean> next() {
        return next;
    }

    /** Waits for changes from now on; look at the state after this call. */
    public void again() {
        next = waiters.next();
    }

    @Override
    public void close() {
        changes.leave(topic);
    }
}
