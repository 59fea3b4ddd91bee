package io.moor.volumes.repository;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Repeats calls that failed for a while, with growing pauses. A repeated {@code putIfAbsent} may
 * find what its first attempt wrote and says false then: who cares compares.
 */
public final class RetryingObjectStore implements ObjectStore {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ObjectStore store;
    private final int attempts;

    /**
     * @param attempts of every call in all, at least 1; 10 last about half a minute
     */
    public RetryingObjectStore(ObjectStore store, int attempts) {
        this.store = store;
        this.attempts = attempts;
    }

    @FunctionalInterface
    private interface Call<T> {
        T call() throws IOException;
    }

    private <T> T repeat(Call<T> call) throws IOException {
        long pause = FIRST_PAUSE.toMillis();
        for (int attempt = 1; ; attempt++) {
            try {
                return call.call();
            } catch (StoreException e) {
                if (e.kind() != StoreException.Kind.TRANSIENT || attempt >= attempts) {
                    throw e;
                }
                pause(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1), e);
                pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis());
            }
        }
    }

    private static void pause(long millis, StoreException reason) throws StoreException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw reason;
        }
    }

    @Override
    public boolean putIfAbsent(String key, byte[] data, int length) throws IOException {
        return repeat(() -> store.putIfAbsent(key, data, length));
    }

    @Override
    public int read(String key, long offset, byte[] into, int at, int length) throws IOException {
        return repeat(() -> store.read(key, offset, into, at, length));
    }

    @Override
    public List<StoredObject> list(String prefix, String after, int most) throws IOException {
        return repeat(() -> store.list(prefix, after, most));
    }

    @Override
    public void delete(String key) throws IOException {
        repeat(() -> {
            store.delete(key);
            return true;
        });
    }
}
