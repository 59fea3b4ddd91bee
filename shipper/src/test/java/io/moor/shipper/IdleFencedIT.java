package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.ShipperStatus.State;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A shipper that has nothing to ship hears all the same that another one took over. */
@ExtendWith(EmbeddedStackExtension.class)
class IdleFencedIT {

    @TempDir Path work;

    @Test
    void anIdleShipperSaysThatItWasFenced(StackEndpoints stack) throws Exception {
        ShippingRig rig = new ShippingRig(work, stack.kafka());
        rig.write("app.log", "1\n");
        try (Shipper first = rig.start()) {
            rig.awaitLines(first, 1);
            try (Shipper second =
                    Shippers.start(rig.config(false, "*.log", "other", 0, Optional.empty()))) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> first.status().state() == State.FENCED);
                assertThat(second.drain(Duration.ofSeconds(30)).complete()).isTrue();
            }
        }
        assertThat(rig.values("app.log")).containsExactly("1");
    }
}
