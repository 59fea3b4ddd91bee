package io.moor.shipper.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A broker with two addresses, one of them behind a faulty network.
 *
 * @param address the good one
 * @param behind the one behind the network
 */
public record FaultyBroker(
        TestBroker broker, FaultyTransport network, String address, String behind)
        implements AutoCloseable {

    public static FaultyBroker start(Path directory, Map<String, String> more) throws Exception {
        int port = TestBroker.freePort();
        int faulty = TestBroker.freePort();
        int controller = TestBroker.freePort();
        FaultyTransport network = new FaultyTransport(faulty);
        Map<String, String> settings = new HashMap<>(TestBroker.alone(port, controller));
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:%d,FAULTY://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                        .formatted(port, faulty, controller));
        settings.put(
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:%d,FAULTY://127.0.0.1:%d".formatted(port, network.port()));
        settings.putAll(more);
        return new FaultyBroker(
                TestBroker.start(directory, settings),
                network,
                "127.0.0.1:" + port,
                "127.0.0.1:" + network.port());
    }

    @Override
    public void close() throws IOException {
        network.close();
        broker.close();
    }
}
