package io.moor.shipper.broker;

import io.moor.shipper.Jvm;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kafka in a process of its own, to be killed and started again on the same data and port. */
public final class BrokerProcess implements AutoCloseable {

    static final String READY = "the broker is ready";

    private final Path directory;
    private final List<String> jvm;
    private final int port;
    private final int controllerPort;
    private @Nullable Process process;

    private BrokerProcess(Path directory, List<String> jvm) throws IOException {
        this.directory = directory;
        this.jvm = jvm;
        this.port = TestBroker.freePort();
        this.controllerPort = TestBroker.freePort();
    }

    public static BrokerProcess in(Path directory) throws IOException, InterruptedException {
        return start(new BrokerProcess(directory, List.of("-Xmx512m")));
    }

    /** One as it is released, with KAFKA-20734. */
    public static BrokerProcess forgetful(Path directory) throws IOException, InterruptedException {
        return start(
                new BrokerProcess(directory, List.of("-Xmx512m", "-Dmoor.test.unrepaired=true")));
    }

    private static BrokerProcess start(BrokerProcess broker)
            throws IOException, InterruptedException {
        broker.start();
        return broker;
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Returns when it answers. */
    public void start() throws IOException, InterruptedException {
        Path output = directory.resolveSibling(directory.getFileName() + ".out");
        Files.deleteIfExists(output);
        Process started =
                Jvm.of(jvm, TestBroker.class.getName())
                        .arguments(
                                directory.toString(),
                                String.valueOf(port),
                                String.valueOf(controllerPort))
                        .start(output);
        process = started;
        while (!Files.readString(output).contains(READY)) {
            if (started.waitFor(50, TimeUnit.MILLISECONDS)) {
                throw new IOException(Files.readString(output));
            }
        }
    }

    /** SIGKILL. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
