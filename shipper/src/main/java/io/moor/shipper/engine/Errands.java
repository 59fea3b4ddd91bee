package io.moor.shipper.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs calls that block. Each has a thread for itself, so that one which never returns holds up no
 * other; a thread that is done takes the next call, because a busy shipper makes a hundred a
 * second.
 */
final class Errands implements AutoCloseable {

    // Platform threads: class initialisers of Kafka's clients pin the carrier of a virtual one.
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("moor-shipper-kafka").factory());

    /** Runs a call at once. */
    void run(Runnable call) {
        threads.execute(call);
    }

    /** Interrupts what still runs, and waits for nothing. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
