package io.moor.shipper.cli;

import io.moor.shipper.DrainReport;
import io.moor.shipper.Shipper;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperStatus;
import io.moor.shipper.Shippers;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.status.StatusAddress;
import io.moor.shipper.status.StatusServer;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** {@code moor ship}: the shipper alone, no gateway. */
@Command(
        name = "ship",
        subcommands = ShipImportCommand.class,
        description = {
            "Ships log files, standard input or systemd's journal to Kafka topics, every line"
                    + " exactly once.",
            "Follows the files until SIGTERM, then drains and seals; standard input until its end."
                + " Prints what could not be shipped, by file and bytes; as JSON the whole report.",
            "Exit codes: 0 everything is shipped and sealed, 1 failed, 2 usage, 3 not everything"
                    + " was shipped.",
            "%nExample: moor ship --kafka localhost:9092 --topic logs --state /var/lib/moor"
                    + " '/var/log/app/*.log'",
            "         app | moor ship --kafka localhost:9092 --topic logs -"
        })
public final class ShipCommand implements Callable<Integer> {

    @Mixin private ShipOptions options = new ShipOptions();

    @Mixin private Output output = new Output();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, ShipperException, InterruptedException {
        ShipPlan plan = ShipPlan.of(options);
        CompletableFuture<Shipper> started = new CompletableFuture<>();
        if (plan.status().isEmpty()) {
            return ship(plan, started);
        }
        try (StatusServer _ = serve(plan.status().get(), plan.shipper(), started)) {
            return ship(plan, started);
        }
    }

    private int ship(ShipPlan plan, CompletableFuture<Shipper> started)
            throws ShipperException, InterruptedException {
        PrintWriter err = err();
        // Before the start: a signal that comes while it lasts drains as soon as there is
        // something.
        Termination.onSignal(() -> drain(started.join(), plan.drainTimeout(), err));
        try (Shipper shipper = Shippers.start(plan.shipper())) {
            started.complete(shipper);
            return ShipResult.print(await(shipper, plan), output, err).number();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ShipperException failure) {
                throw failure;
            }
            throw new CommandFailure(ExitCode.FAILED, "the shipper failed: " + e.getCause(), e);
        }
    }

    /** The line of the progress is gone before anything else is said. */
    private static DrainReport await(Shipper shipper, ShipPlan plan)
            throws InterruptedException, ExecutionException {
        try (Progress progress = Progress.onStderr()) {
            return ShipProgress.await(
                    shipper.ended(), shipper::status, plan.shipper().untilEof(), progress);
        }
    }

    private static StatusServer serve(
            StatusAddress address, ShipperConfig config, CompletableFuture<Shipper> started) {
        ShipperStatus starting = ShipperStatus.connecting(config);
        try {
            return StatusServer.start(
                    address,
                    () -> {
                        Shipper shipper = started.getNow(null);
                        return List.of(shipper == null ? starting : shipper.status());
                    },
                    all -> Json.write(all.getFirst()) + "\n");
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the status cannot be served at "
                            + address
                            + " ("
                            + e.getMessage()
                            + "); choose another --status",
                    e);
        }
    }

    private static void drain(Shipper shipper, Duration timeout, PrintWriter err) {
        err.println(
                "draining: reading every file to its end, at most "
                        + timeout.toSeconds()
                        + " s; a second signal ends at once");
        try {
            shipper.drain(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PrintWriter err() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli");
        }
        return spec.commandLine().getErr();
    }
}
