package io.moor.volumes.repository;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real store behind a bad connection: calls fail before they reach it, or their answers are lost
 * after they took effect.
 */
final class FaultyObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final SplittableRandom random;
    private final double share;
    private final AtomicInteger faults = new AtomicInteger();

    /**
     * @param share of the calls that fail, half of them after they took effect
     */
    FaultyObjectStore(ObjectStore store, long seed, double share) {
        this.store = store;
        this.random = new SplittableRandom(seed);
        this.share = share;
    }

    int faults() {
        return faults.get();
    }

    @FunctionalInterface
    private interface Call<T> {
        T call() throws IOException;
    }

    private <T> T perhaps(String what, Call<T> call) throws IOException {
        double fate;
        synchronized (random) {
            fate = random.nextDouble();
        }
        if (fate < share / 2) {
            throw fault(what + " did not arrive");
        }
        T result = call.call();
        if (fate < share) {
            throw fault("the answer to " + what + " was lost");
        }
        return result;
    }

    private StoreException fault(String message) {
        faults.incrementAndGet();
        return new StoreException(StoreException.Kind.TRANSIENT, message);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] data, int length) throws IOException {
        return perhaps("put", () -> store.putIfAbsent(key, data, length));
    }

    @Override
    public int read(String key, long offset, byte[] into, int at, int length) throws IOException {
        return perhaps("read", () -> store.read(key, offset, into, at, length));
    }

    @Override
    public List<StoredObject> list(String prefix, String after, int most) throws IOException {
        return perhaps("list", () -> store.list(prefix, after, most));
    }

    @Override
    public void delete(String key) throws IOException {
        perhaps(
                "delete",
                () -> {
                    store.delete(key);
                    return true;
                });
    }
}
