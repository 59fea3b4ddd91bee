package io.moor.demo.orders;

import io.moor.stack.PostgresBinaries;
import io.moor.stack.PostgresServer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The business on a demo instance: runs a PostgreSQL on the instance's volume, takes orders, and
 * logs each one. For every order it tells the client on standard output, after the database made it
 * durable and the log line was written: {@code ACK number .}
 *
 * <p>Arguments: VOLUME PORT POSTGRES_HOME RUN_DIRECTORY. Ends in order on SIGTERM.
 */
public final class OrdersMain {

    private static final long ROTATE_BYTES = 32 * 1024;
    private static final int KEEP_ROTATED = 40;
    private static final long MILLISECONDS_BETWEEN_ORDERS = 2;
    private static final String[] CUSTOMERS = {"Ayşe", "Björn", "Chloé", "대한", "Émile", "Zoë"};

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private OrdersMain() {}

    /** Entry point. */
    public static void main(String[] arguments) throws Exception {
        new OrdersMain()
                .run(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Path.of(arguments[2]),
                        Path.of(arguments[3]));
    }

    private void run(Path volume, int port, Path postgresHome, Path runDirectory) throws Exception {
        Files.writeString(runDirectory.resolve("orders.pid"), ProcessHandle.current().pid() + "\n");
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitStop, "stop"));
        Path logs = Files.createDirectories(volume.resolve("log"));
        try (PostgresServer database =
                        database(new PostgresBinaries(postgresHome), volume, logs, port);
                Orders orders = new Orders(database.jdbcUrl());
                RotatingLog log =
                        new RotatingLog(logs.resolve("orders.log"), ROTATE_BYTES, KEEP_ROTATED)) {
            takeOrders(orders, log);
        } finally {
            stopped.countDown();
        }
    }

    private static PostgresServer database(
            PostgresBinaries binaries, Path volume, Path logs, int port) {
        Path data = volume.resolve("pgdata");
        PostgresServer.init(binaries, data);
        Map<String, String> settings =
                Map.of(
                        "logging_collector", "on",
                        "log_directory", logs.toString(),
                        "log_filename", "postgresql.log",
                        "log_rotation_age", "0",
                        "log_rotation_size", "0",
                        "log_line_prefix", "%m [%p] ",
                        "log_connections", "on",
                        "max_connections", "20");
        return PostgresServer.start(binaries, data, port, settings);
    }

    private void takeOrders(Orders orders, RotatingLog log) throws Exception {
        Orders.Extent extent = orders.extent();
        log.line(
                Instant.now()
                        + " INFO  orders application started, "
                        + extent.count()
                        + " orders in the database");
        tell("READY " + extent.count() + " .");
        long number = extent.highest();
        while (!stopping.await(MILLISECONDS_BETWEEN_ORDERS, TimeUnit.MILLISECONDS)) {
            number++;
            if (!take(orders, log, number)) {
                return;
            }
        }
        log.line(Instant.now() + " INFO  orders application ends, last order=" + number);
    }

    /** Returns false when nobody listens any more: then nobody wants orders. */
    private static boolean take(Orders orders, RotatingLog log, long number)
            throws SQLException, java.io.IOException {
        String customer = CUSTOMERS[(int) (number % CUSTOMERS.length)];
        long cents = 100 + number * 37 % 50_000;
        orders.insert(number, customer, cents);
        log.line(
                Instant.now()
                        + " INFO  order="
                        + number
                        + " customer="
                        + customer
                        + " cents="
                        + cents
                        + " committed");
        return tell("ACK " + number + " .");
    }

    private static boolean tell(String line) {
        System.out.println(line);
        return !System.out.checkError();
    }

    private void awaitStop() {
        stopping.countDown();
        try {
            if (!stopped.await(20, TimeUnit.SECONDS)) {
                System.err.println("the application did not end within 20 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
