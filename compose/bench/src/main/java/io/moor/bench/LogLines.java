package io.moor.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes files of log lines, the same ones each time. Arguments: FORM BYTES FILE. Forms: {@code
 * plain}, lines of 200 bytes with their ends; {@code traces}, the same with a Java stack trace of
 * nine lines after every tenth; {@code json}, objects of about 200 bytes. Prints the number of
 * lines.
 */
public final class LogLines {

    static final int LINE_BYTES = 200;

    private LogLines() {}

    public static void main(String[] arguments) throws IOException {
        long bytes = Long.parseLong(arguments[1]);
        long written = 0;
        long lines = 0;
        try (OutputStream out =
                new BufferedOutputStream(
                        Files.newOutputStream(Path.of(arguments[2])), 1024 * 1024)) {
            for (long n = 0; written < bytes; n++) {
                byte[] next = text(arguments[0], n).getBytes(US_ASCII);
                out.write(next);
                written += next.length;
                lines += arguments[0].equals("traces") && n % 10 == 9 ? 10 : 1;
            }
        }
        System.out.println(lines);
    }

    private static String text(String form, long n) {
        return switch (form) {
            case "plain" -> plain(n);
            case "traces" -> n % 10 == 9 ? plain(n) + trace(n) : plain(n);
            case "json" -> json(n);
            default -> throw new IllegalArgumentException(form);
        };
    }

    /** A line of {@value #LINE_BYTES} bytes, its end included. */
    static String plain(long n) {
        StringBuilder line = new StringBuilder(LINE_BYTES + 40);
        line.append("2026-11-21T10:");
        two(line, n / 60_000_000 % 60).append(':');
        two(line, n / 1_000_000 % 60).append('.');
        six(line, n % 1_000_000).append("Z INFO  [worker-").append(n % 16);
        line.append("] request=").append(n).append(" status=200 path=/api/v1/orders/");
        line.append(n * 7919 % 1_000_003).append(" took=").append(n % 250).append("ms user=u");
        line.append(n * 31 % 5_000);
        for (int field = 0; line.length() < LINE_BYTES - 1; field++) {
            line.append(" field").append(field).append('=').append(n * (field + 3) % 99_991);
        }
        line.setLength(LINE_BYTES - 1);
        return line.append('\n').toString();
    }

    private static String trace(long n) {
        return """
        java.lang.IllegalStateException: order %d is in no state to be paid
        \tat com.example.shop.order.OrderService.pay(OrderService.java:%d)
        \tat com.example.shop.order.OrderController.pay(OrderController.java:88)
        \tat com.example.web.Dispatcher.dispatch(Dispatcher.java:214)
        \tat com.example.web.Worker.run(Worker.java:61)
        Caused by: java.sql.SQLException: connection %d is closed
        \tat com.example.pool.Connection.prepare(Connection.java:140)
        \tat com.example.shop.order.OrderStore.load(OrderStore.java:52)
        \t... 3 more
        """
                .formatted(n, n % 400, n % 16);
    }

    private static String json(long n) {
        StringBuilder line = new StringBuilder(LINE_BYTES + 40);
        line.append("{\"ts\":\"2026-11-21T10:");
        two(line, n / 60_000_000 % 60).append(':');
        two(line, n / 1_000_000 % 60).append('.');
        six(line, n % 1_000_000).append("Z\",\"level\":\"info\",\"thread\":\"worker-");
        line.append(n % 16).append("\",\"message\":\"GET /api/v1/orders/");
        line.append(n * 7919 % 1_000_003).append("\",\"status\":200,\"took_ms\":").append(n % 250);
        line.append(",\"user\":\"u").append(n * 31 % 5_000).append("\",\"request\":").append(n);
        return line.append(",\"host\":\"web-0\",\"ok\":true}\n").toString();
    }

    private static StringBuilder two(StringBuilder to, long number) {
        return number < 10 ? to.append('0').append(number) : to.append(number);
    }

    private static StringBuilder six(StringBuilder to, long number) {
        for (long least = 100_000; number < least && least > 1; least /= 10) {
            to.append('0');
        }
        return to.append(number);
    }
}
