package io.moor.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One "server" of the demo and what its application told the client. Thread-safe. */
final class Instance {

    /** Environment variable that names the instance a process belongs to. */
    static final String MARK = "MOOR_DEMO_INSTANCE";

    private final String id;
    private final Path home;
    private final Path volume;
    private final int databasePort;
    private final Platform.Isolation isolation;
    private final Process process;
    private final List<Long> acknowledged = new ArrayList<>();
    private volatile List<ProcessHandle> tree = List.of();
    private Optional<Long> recoveredOrders = Optional.empty();

    Instance(
            String id,
            Path home,
            Path volume,
            int databasePort,
            Platform.Isolation isolation,
            Process process) {
        this.id = id;
        this.home = home;
        this.volume = volume;
        this.databasePort = databasePort;
        this.isolation = isolation;
        this.process = process;
        Thread.ofVirtual().name("client-of-" + id).start(this::listen);
    }

    String id() {
        return id;
    }

    /** Where its volume is mounted; seen from outside only without namespaces. */
    Path volume() {
        return volume;
    }

    int databasePort() {
        return databasePort;
    }

    Path sidecarLog() {
        return home.resolve("sidecar.log");
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The order numbers whose durable insert was acknowledged to the client, in order. */
    synchronized List<Long> acknowledged() {
        return List.copyOf(acknowledged);
    }

    synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    /** How many orders the database held when the application started; empty before. */
    synchronized Optional<Long> ordersFoundAtStart() {
        return recoveredOrders;
    }

    /**
     * The client's ear: {@code READY n} once, then {@code ACK n} for each order. Ends with the
     * instance.
     */
    private void listen() {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            // The instance died: so did the connection.
        }
    }

    /** A line that was cut off by the death of the instance is no acknowledgement. */
    private synchronized void hear(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].equals(".")) {
            return;
        }
        long number = Long.parseLong(words[1]);
        if (words[0].equals("ACK")) {
            acknowledged.add(number);
        } else if (words[0].equals("READY")) {
            recoveredOrders = Optional.of(number);
        }
    }

    /** Whether something is mounted at the path, as the instance sees it. */
    boolean mounts(Path path) {
        // proc(5), mountinfo: field 5 is the mount point, with blanks as octal escapes.
        String escaped = path.toString().replace("\\", "\\134").replace(" ", "\\040");
        return mountTable().lines().anyMatch(line -> line.split(" ", 6)[4].equals(escaped));
    }

    private String mountTable() {
        Optional<ProcessHandle> inside = process.toHandle().children().findFirst();
        if (inside.isEmpty()) {
            return "";
        }
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(inside.get().pid()), "mountinfo"));
        } catch (IOException e) {
            return "";
        }
    }

    /** SIGKILL for everything at once, without a warning: a server lost its power. */
    void kill() {
        tree = process.descendants().toList();
        process.destroyForcibly();
        if (isolation == Platform.Isolation.PROCESSES) {
            // A PostgreSQL in a user namespace does not show its environment: it is known by
            // descent.
            tree.forEach(ProcessHandle::destroyForcibly);
            Children.killMarked(MARK + "=" + id);
        }
    }

    /** Processes of the instance that still live. */
    List<ProcessHandle> survivors() {
        return Stream.concat(Children.marked(MARK + "=" + id).stream(), tree.stream())
                .filter(ProcessHandle::isAlive)
                .toList();
    }
}
