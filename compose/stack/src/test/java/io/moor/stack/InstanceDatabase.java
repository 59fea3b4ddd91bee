package io.moor.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * What runs inside a namespace in {@link PostgresServerIT}: one database server, until it is
 * killed.
 */
final class InstanceDatabase {

    private InstanceDatabase() {}

    static void main(String[] arguments) throws InterruptedException {
        PostgresBinaries binaries = PostgresBinaries.in(Path.of(arguments[0]));
        Path data = Path.of(arguments[1]);
        PostgresServer.init(binaries, data);
        PostgresServer server =
                PostgresServer.start(
                        binaries,
                        data,
                        Integer.parseInt(arguments[2]),
                        Map.of("max_connections", "20"));
        System.out.println("ready as " + server.process().pid());
        new CountDownLatch(1).await();
    }
}
