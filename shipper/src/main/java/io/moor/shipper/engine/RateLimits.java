package io.moor.shipper.engine;

import io.moor.shipper.SourceConfig;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How fast the files of each source may be read. What is read beyond it is paid back by waiting, so
 * a block is never cut; after a pause at most a second's worth comes at once.
 */
final class RateLimits {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** When all that was read is paid for, by source. */
    private final Map<String, Long> paidNanos = new HashMap<>();

    /** Nanoseconds until a source may be read; zero or less when it may now. */
    long waitNanos(SourceConfig source, long nowNanos) {
        Long paid = source.sending().bytesPerSecond() == 0 ? null : paidNanos.get(source.name());
        return paid == null ? 0 : paid - SECOND - nowNanos;
    }

    /** So much of a source was read. */
    void read(SourceConfig source, long bytes, long nowNanos) {
        long limit = source.sending().bytesPerSecond();
        if (limit == 0 || bytes == 0) {
            return;
        }
        long paid = Math.max(nowNanos, paidNanos.getOrDefault(source.name(), nowNanos));
        paidNanos.put(source.name(), paid + Math.round((double) bytes * SECOND / limit));
    }
}
