package io.moor.gateway.http;

import io.moor.gateway.problem.Problem;
import io.moor.gateway.problem.ProblemType;
import io.vertx.core.Future;
import io.vertx.core.Promise;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The one way for a route to block. A virtual-thread verticle runs one handler at a time: a call
 * that blocks it stalls every other request. So blocking work runs on a virtual thread of its own,
 * and the handler awaits it, which lets others run.
 */
public final class Blocking implements AutoCloseable {

    /** Requests that may be in blocking work at once; more than that is answered with 503. */
    private static final int LIMIT = 2_000;

    private static final Duration STOP_WAIT = Duration.ofSeconds(10);

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(LIMIT);

    /** Runs it and waits; call it in a handler. What it throws is thrown here. */
    public <T> T call(Callable<T> work) {
        if (!places.tryAcquire()) {
            throw new Problem(
                    ProblemType.UNAVAILABLE, "The gateway has too many requests; try again later.");
        }
        Promise<T> promise = Promise.promise();
        executor.execute(() -> {
            try {
                promise.complete(work.call());
            } catch (Exception e) {
                promise.fail(e);
            } finally {
                places.release();
            }
        });
        return Future.await(promise.future());
    }

    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
