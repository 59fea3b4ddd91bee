package io.moor.gateway.sidecar;

import io.moor.shipper.cli.Cli;
import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ConfigOption;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Json;
import io.moor.shipper.cli.Termination;
import io.moor.shipper.status.StatusServer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code moor sidecar --config FILE}. */
@Command(
        name = "sidecar",
        description = {
            "Runs the node agent of this instance: joins its group, attaches its volumes, ships its"
                    + " logs, and takes everything off it on a drain.",
            "SIGTERM stops it and leaves volumes attached and streams open; the next sidecar on"
                    + " this instance continues both."
        })
public final class SidecarProgram implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(SidecarProgram.class);

    @Mixin private ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws Exception {
        // Whoever starts the first program makes the JDK find its logging, under a lock: this
        // platform thread does it now, before virtual threads could pin all carriers while they
        // wait for it.
        LOG.atTrace()
                .addKeyValue("logger", System.getLogger(SidecarProgram.class.getName()).getName())
                .log("the JDK's logging is ready");
        var settings = config.load(SidecarConfig.class);
        try (var sidecar = new Sidecar(settings)) {
            Termination.onSignal(() -> {
                LOG.info("stopping");
                sidecar.stop();
            });
            try (var _ = serve(settings, sidecar)) {
                return sidecar.run().number();
            }
        }
    }

    private static AutoCloseable serve(SidecarConfig settings, Sidecar sidecar) {
        var address = settings.status();
        if (address == null) {
            return () -> {};
        }
        try {
            return StatusServer.start(
                    address, sidecar::shippers, all -> Json.write(Map.of("shippers", all)) + "\n");
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the status cannot be served at "
                            + address
                            + " ("
                            + e.getMessage()
                            + "); choose another 'status'",
                    e);
        }
    }

    /** For a process that is nothing but a sidecar. */
    public static void main(String[] args) {
        System.exit(Cli.run(new SidecarProgram(), args));
    }
}
