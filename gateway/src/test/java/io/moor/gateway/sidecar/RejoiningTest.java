package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class RejoiningTest {

    private static final Duration LEASE = Duration.ofSeconds(15);
    private final Rejoining rejoining =
            new Rejoining(new Backoff(Duration.ofMillis(250), Duration.ofSeconds(3)));

    private Duration refusedSoonAfterJoining(int times) {
        var pause = Duration.ZERO;
        for (var i = 0; i < times; i++) {
            rejoining.joined(0);
            rejoining.synced(Duration.ofSeconds(1).toNanos(), LEASE);
            pause = rejoining.refused();
        }
        return pause;
    }

    @Test
    void membershipsThatDoNotLastAreSoughtEverMoreSeldom() {
        assertThat(refusedSoonAfterJoining(8)).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void aMembershipThatLastedBeginsAnew() {
        refusedSoonAfterJoining(8);
        rejoining.joined(0);
        rejoining.synced(LEASE.toNanos(), LEASE);

        assertThat(rejoining.refused()).isLessThanOrEqualTo(Duration.ofMillis(250));
    }
}
