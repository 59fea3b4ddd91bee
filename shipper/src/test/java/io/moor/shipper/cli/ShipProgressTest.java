package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Origin;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.ShipperStatus.SourceStatus;
import io.moor.shipper.ShipperStatus.State;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class ShipProgressTest {

    @Test
    void saysHowFarItIsAndWhatItWaitsFor() {
        assertThat(ShipProgress.text(status(State.RUNNING, "")))
                .isEqualTo("shipping: 7 lines committed, 30 bytes to go");
        assertThat(ShipProgress.text(status(State.DRAINING, "Kafka: away")))
                .isEqualTo("draining: 7 lines committed, 30 bytes to go; waiting for Kafka: away");
    }

    @Test
    void isShownOfADrainAndOfARunToTheEndOnly() throws Exception {
        assertThat(shown(State.RUNNING, true)).contains("shipping: 7 lines");
        assertThat(shown(State.DRAINING, false)).contains("draining: 7 lines");
        assertThat(shown(State.RUNNING, false)).isEmpty();
    }

    private static String shown(State state, boolean untilEof) throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        AtomicLong seconds = new AtomicLong();
        DrainReport report = new DrainReport(new Origin("o"), List.of());
        CompletableFuture<DrainReport> ended = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        try (Progress progress =
                new Progress(
                        new PrintStream(err, true, UTF_8),
                        true,
                        () -> Duration.ofSeconds(seconds.getAndAdd(2)).toNanos())) {
            assertThat(
                            ShipProgress.await(
                                    ended,
                                    () -> {
                                        // It ends when it was asked twice.
                                        if (asked.incrementAndGet() == 2) {
                                            ended.complete(report);
                                        }
                                        return status(state, "");
                                    },
                                    untilEof,
                                    progress))
                    .isEqualTo(report);
        }
        return err.toString(UTF_8);
    }

    private static ShipperStatus status(State state, String waitingFor) {
        return new ShipperStatus(
                "o",
                state,
                "exactly-once",
                waitingFor,
                List.of(
                        new SourceStatus("a", "t", 1, 1, 3, 10, 10, 0, 0, 0, 0),
                        new SourceStatus("b", "t", 1, 1, 4, 10, 20, 0, 0, 0, 0)),
                List.of(),
                List.of(),
                List.of());
    }
}
