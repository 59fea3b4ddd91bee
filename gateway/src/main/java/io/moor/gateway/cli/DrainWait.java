package io.moor.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Progress;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for the receipt of one drain order. */
final class DrainWait {

    private static final long POLL_MS = 300;

    /** For the sidecar to see the order and the gateway to take the answer. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final GatewayApi api;
    private final String instance;
    private final JsonNode order;
    private final Duration timeout;
    private final CountDownLatch never = new CountDownLatch(1);

    DrainWait(GatewayApi api, String instance, JsonNode order, Duration timeout) {
        this.api = api;
        this.instance = instance;
        this.order = order;
        this.timeout = timeout;
    }

    /**
     * @throws CommandFailure with exit code 3 when there is no receipt after the drain's time
     */
    JsonNode await() throws InterruptedException {
        var started = System.nanoTime();
        var limit = timeout.plus(GRACE).toNanos();
        try (var progress = Progress.onStderr()) {
            while (true) {
                var receipt = receipt();
                if (receipt.isPresent()) {
                    return receipt.get();
                }
                var passed = System.nanoTime() - started;
                if (passed > limit) {
                    throw new CommandFailure(
                            ExitCode.NOT_EXTERNALIZED,
                            instance
                                    + " gave no receipt within "
                                    + Duration.ofNanos(passed).toSeconds()
                                    + " s; look at its sidecar, and at 'moor instance show "
                                    + instance
                                    + "'");
                }
                progress.update(
                        "draining "
                                + instance
                                + ", "
                                + Duration.ofNanos(passed).toSeconds()
                                + " s");
                if (never.await(POLL_MS, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("nobody counts this down");
                }
            }
        }
    }

    /** A receipt of an earlier order is not the one that is waited for. */
    private Optional<JsonNode> receipt() throws InterruptedException {
        return api.find(InstanceCommands.path(instance) + "/receipt")
                .filter(receipt ->
                        receipt.path("drain").asText().equals(order.path("drain").asText()));
    }
}
