package io.moor.stack;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The four loopback ports of a stack. A port that was asked for is taken or refused; the others are
 * those of the last start when they are still free, else free ones.
 */
record StackPorts(int kafka, int controller, int postgres, int s3) {

    /**
     * Below Linux' range for outgoing connections (32768), which could otherwise take a port
     * between two starts.
     */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1_000;

    static StackPorts choose(StackOptions options, Path memory) throws IOException {
        Map<String, String> remembered = StackDirectory.read(memory);
        Set<Integer> taken = new LinkedHashSet<>();
        int kafka = given("--kafka-port", options.kafkaPort(), taken);
        int postgres = given("--postgres-port", options.postgresPort(), taken);
        int s3 = given("--s3-port", options.s3Port(), taken);
        return new StackPorts(
                kafka > 0 ? kafka : rememberedOrFree(remembered.get("kafka"), taken),
                rememberedOrFree(remembered.get("controller"), taken),
                postgres > 0 ? postgres : rememberedOrFree(remembered.get("postgres"), taken),
                s3 > 0 ? s3 : rememberedOrFree(remembered.get("s3"), taken));
    }

    void remember(Path memory) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("kafka", Integer.toString(kafka));
        entries.put("controller", Integer.toString(controller));
        entries.put("postgres", Integer.toString(postgres));
        entries.put("s3", Integer.toString(s3));
        StackDirectory.writeSecret(memory, entries);
    }

    private static int given(String option, int port, Set<Integer> taken) {
        if (port > 0 && (!isFree(port) || !taken.add(port))) {
            throw new StackException(
                    "Port %d (%s) is in use; free it or choose another one"
                            .formatted(port, option));
        }
        return port;
    }

    private static int rememberedOrFree(@Nullable String remembered, Set<Integer> taken) {
        if (remembered != null && remembered.matches("[1-9][0-9]{0,4}")) {
            int port = Integer.parseInt(remembered);
            if (port <= 65_535 && !taken.contains(port) && isFree(port)) {
                taken.add(port);
                return port;
            }
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (!taken.contains(port) && isFree(port)) {
                taken.add(port);
                return port;
            }
        }
        throw new StackException("No free port found between %d and %d".formatted(LOWEST, HIGHEST));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(
                    new InetSocketAddress(
                            InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
