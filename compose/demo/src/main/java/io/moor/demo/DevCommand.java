package io.moor.demo;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.stack.StackEndpoints;
import io.moor.stack.StackException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code moor dev}: the embedded stack plus a gateway, for trying things. */
@Command(
        name = "dev",
        description =
                "Runs a real Kafka, PostgreSQL and S3 server on loopback, and a gateway on them,"
                        + " until Ctrl-C. What was done survives a restart on the same directory.")
final class DevCommand implements Callable<Integer> {

    private static final int DEFAULT_PORT = 7080;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Directory for all state; kept. Without it a temporary one, removed at the"
                            + " end.")
    private @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port of the gateway on loopback. Default: ${DEFAULT-VALUE}.",
            defaultValue = "7080")
    private int port = DEFAULT_PORT;

    private final CountDownLatch ending = new CountDownLatch(1);

    @Override
    public Integer call() throws InterruptedException {
        if (port < 1 || port > 65_535) {
            throw new CommandFailure(
                    ExitCode.USAGE, "moor dev: --port takes 1 to 65535, not " + port);
        }
        Path launcher = MoorHome.launcher();
        if (!Ports.isFree(port)) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "moor dev: port " + port + " is in use; give another one with --port");
        }
        try (House house = House.open(Optional.ofNullable(data))) {
            endWith(house);
            ControlPlane controlPlane = start(house, launcher);
            awaitEnd(controlPlane, house);
            return ExitCode.DONE.number();
        } catch (IOException | StackException e) {
            if (ending.getCount() == 0) {
                return ExitCode.DONE.number();
            }
            throw new CommandFailure(ExitCode.FAILED, "moor dev: " + e.getMessage(), e);
        }
    }

    /** Ctrl-C and SIGTERM are how moor dev ends: nothing went wrong. */
    private void endWith(House house) {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    ending.countDown();
                                    house.close();
                                    Runtime.getRuntime().halt(ExitCode.DONE.number());
                                },
                                "end-of-moor-dev"));
    }

    private ControlPlane start(House house, Path launcher)
            throws IOException, InterruptedException {
        System.err.println("starting the embedded stack in " + house.directory() + " ...");
        StackEndpoints stack = house.startStack();
        ControlPlane controlPlane =
                ControlPlane.start(
                        house.children(),
                        launcher,
                        house.directory().resolve("gateway"),
                        stack.jdbcUrl(),
                        port);
        System.err.println("ready; Ctrl-C ends everything");
        System.out.println("export MOOR_GATEWAY=" + controlPlane.api().base());
        System.out.println("export MOOR_TOKEN=$(cat '" + controlPlane.tokenFile() + "')");
        System.out.println(". '" + house.directory().resolve("stack/endpoints.env") + "'");
        System.out.flush();
        return controlPlane;
    }

    private void awaitEnd(ControlPlane controlPlane, House house) throws InterruptedException {
        Vitals vitals = new Vitals(controlPlane.process(), house);
        while (!ending.await(500, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            Optional<String> trouble = vitals.trouble();
            if (trouble.isPresent()) {
                throw new CommandFailure(ExitCode.FAILED, "moor dev: " + trouble.get());
            }
        }
    }
}
