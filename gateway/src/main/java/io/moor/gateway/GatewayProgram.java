package io.moor.gateway;

import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** What {@code moor gateway --config FILE} does: start, stay until told to stop, stop in order. */
public final class GatewayProgram {

    private final PrintStream err;

    /**
     * @param err where the one line about a failure goes
     */
    public GatewayProgram(PrintStream err) {
        this.err = err;
    }

    /**
     * Runs until SIGTERM or SIGINT.
     *
     * @return exit code: 0 stopped in order, 1 could not start, 2 the configuration is wrong
     */
    public int run(Path configFile) {
        GatewayConfig config;
        try {
            config = ConfigFile.load(configFile, GatewayConfig.class);
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return ExitCode.USAGE.number();
        }
        Gateway gateway;
        try {
            gateway = Gateway.start(config);
        } catch (GatewayException e) {
            err.println("moor gateway: " + e.getMessage());
            return ExitCode.FAILED.number();
        }
        return untilStopped(gateway);
    }

    /**
     * The JVM ends when its shutdown hooks have ended, whatever main threads do. So the hook closes
     * the gateway itself, and this thread only waits for it.
     */
    private static int untilStopped(Gateway gateway) {
        var stopped = new CountDownLatch(1);
        var hook =
                Thread.ofPlatform()
                        .name("moor-gateway-stop")
                        .unstarted(() -> {
                            gateway.close();
                            stopped.countDown();
                        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            stopped.await();
            return ExitCode.DONE.number();
        } catch (InterruptedException e) {
            Runtime.getRuntime().removeShutdownHook(hook);
            gateway.close();
            Thread.currentThread().interrupt();
            return ExitCode.DONE.number();
        }
    }
}
