package io.moor.gateway.cli;

import io.moor.gateway.Gateway;
import io.moor.gateway.GatewayConfig;
import io.moor.gateway.GatewayException;
import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ConfigOption;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Termination;
import io.moor.shipper.config.ConfigException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code moor gateway --config FILE}. */
@Command(
        name = "gateway",
        description = "Runs the control plane: the API, leases, volumes, lifecycle events.")
final class GatewayCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayCommand.class);

    @Mixin private ConfigOption config = new ConfigOption();

    @Override
    public Integer call() throws ConfigException, InterruptedException {
        var stop = new CountDownLatch(1);
        var settings = config.load(GatewayConfig.class);
        // Before the start: its health answers before start() returns, and whoever saw that may
        // send a signal.
        Termination.onSignal(stop::countDown, ExitCode.FAILED);
        try (var gateway = start(settings)) {
            LOG.atInfo().addKeyValue("address", gateway.address()).log("gateway is ready");
            stop.await();
            LOG.info("gateway is stopping");
        }
        return ExitCode.DONE.number();
    }

    private static Gateway start(GatewayConfig config) {
        try {
            return Gateway.start(config);
        } catch (GatewayException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }
}
