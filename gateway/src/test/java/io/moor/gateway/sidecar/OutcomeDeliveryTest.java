package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.protocol.DrainOutcome;
import io.moor.gateway.protocol.SyncRequest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class OutcomeDeliveryTest {

    private static final Duration MOST = Duration.ofSeconds(5);

    private static SyncRequest request(@Nullable DrainOutcome outcome) {
        return new SyncRequest("inc", 1, 0, List.of(), List.of(), outcome);
    }

    @Test
    void onlyARequestThatCarriedTheOutcomeDeliversIt() {
        var delivery = new OutcomeDelivery();

        delivery.answered(request(null));
        assertThat(delivery.has("d1")).as("sent before there was an outcome").isFalse();

        delivery.answered(request(new DrainOutcome("d1", true, List.of(), List.of(), List.of())));
        assertThat(delivery.has("d1")).isTrue();
        assertThat(delivery.has("d2")).as("another order").isFalse();
    }

    @Test
    void aStopHurriesOnlyWithAnOutcome() {
        assertThat(OutcomeDelivery.hold(true, false, MOST)).isEqualTo(MOST);
        assertThat(OutcomeDelivery.hold(true, true, MOST)).isZero();
        assertThat(OutcomeDelivery.hold(false, true, MOST)).isEqualTo(MOST);
    }
}
