package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.Sending;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.SourceConfig.Oversized;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.shape.Shape;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

class RateLimitsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RateLimits limits = new RateLimits();

    @Test
    void keepsTheRateWhateverTheBlocksAre() {
        SourceConfig source = source(1_000);
        long now = 77;
        long start = now;
        long read = 0;
        for (int block : new int[] {100, 5_000, 1, 3_000, 10, 900, 4_000}) {
            now += Math.max(0, limits.waitNanos(source, now));
            assertThat(limits.waitNanos(source, now)).isNotPositive();
            limits.read(source, block, now);
            read += block;
        }
        now += limits.waitNanos(source, now);

        // A second's worth may come at once.
        assertThat(now - start)
                .isEqualTo((read / 1_000 - 1) * SECOND + read % 1_000 * SECOND / 1_000);
    }

    @Test
    void doesNotSaveUpMoreThanASecond() {
        SourceConfig source = source(1_000);
        limits.read(source, 1_000, 0);
        long later = 100 * SECOND;
        limits.read(source, 3_000, later);

        assertThat(limits.waitNanos(source, later)).isEqualTo(2 * SECOND);
    }

    @Test
    void doesNotHoldUpWhatHasNoLimit() {
        SourceConfig source = source(0);
        limits.read(source, Long.MAX_VALUE, 5);

        assertThat(limits.waitNanos(source, 5)).isZero();
    }

    private static SourceConfig source(long bytesPerSecond) {
        return new SourceConfig(
                "s",
                List.of("/a"),
                List.of(),
                "t",
                100,
                Oversized.SPLIT,
                Framing.LINES,
                Shape.AS_IT_IS,
                new Sending(Map.of(), bytesPerSecond));
    }
}
