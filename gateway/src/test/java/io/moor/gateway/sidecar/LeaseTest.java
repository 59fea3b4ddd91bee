package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class LeaseTest {

    private static final Duration TTL = Duration.ofSeconds(15);
    private final Lease lease = new Lease(0, TTL);

    @Test
    void isLostOnceAfterItsTimeAndBackOnce() {
        assertThat(lease.notRenewed(TTL.toNanos() - 1)).isEqualTo(Lease.Change.NONE);
        assertThat(lease.notRenewed(TTL.toNanos())).isEqualTo(Lease.Change.LOST);
        assertThat(lease.notRenewed(TTL.toNanos() * 2)).isEqualTo(Lease.Change.NONE);
        assertThat(lease.renewed(TTL.toNanos() * 3, TTL)).isEqualTo(Lease.Change.BACK);
        assertThat(lease.renewed(TTL.toNanos() * 3, TTL)).isEqualTo(Lease.Change.NONE);
        assertThat(lease.notRenewed(TTL.toNanos() * 4 - 1)).isEqualTo(Lease.Change.NONE);
    }

    @Test
    void threeCallsFitIntoIt() {
        assertThat(lease.wait(Duration.ofDays(1))).isEqualTo(Duration.ofSeconds(5));
        assertThat(lease.wait(Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(lease.callTimeout()).isEqualTo(Duration.ofSeconds(10));
    }
}
