package io.moor.gateway.database;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Everybody who waits for one topic; counted, so that topics without waiters leave no trace. */
final class Waiters {

    private final AtomicReference<CompletableFuture<Boolean>> next =
            new AtomicReference<>(new CompletableFuture<>());

    /** Only touched inside the map's compute, hence by one thread at a time. */
    private int count;

    Waiters joined() {
        count++;
        return this;
    }

    @Nullable Waiters left() {
        count--;
        return count == 0 ? null : this;
    }

    Watch watch(String topic, Changes changes) {
        return new Watch(topic, changes, this);
    }

    CompletableFuture<Boolean> next() {
        return next.get();
    }

    void wake() {
        next.getAndSet(new CompletableFuture<>()).complete(true);
    }
}
