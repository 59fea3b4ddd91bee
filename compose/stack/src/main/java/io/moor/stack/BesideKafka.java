package io.moor.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a program beside a Kafka that lives only as long: what the build needs a broker for.
 * Arguments: DIRECTORY COMMAND… where {@code {kafka}} stands for its address. Ends with the code of
 * the program.
 */
final class BesideKafka {

    private BesideKafka() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        StackLogging.toStderr();
        System.exit(
                run(Path.of(arguments[0]), Arrays.asList(arguments).subList(1, arguments.length)));
    }

    private static int run(Path directory, List<String> command)
            throws IOException, InterruptedException {
        int port;
        int controllerPort;
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = one.getLocalPort();
            controllerPort = other.getLocalPort();
        }
        try (KafkaBroker _ = KafkaBroker.start(directory, port, controllerPort)) {
            String address = "127.0.0.1:" + port;
            Process process =
                    new ProcessBuilder(
                                    command.stream()
                                            .map(word -> word.replace("{kafka}", address))
                                            .toList())
                            .inheritIO()
                            .start();
            try {
                return process.waitFor();
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
