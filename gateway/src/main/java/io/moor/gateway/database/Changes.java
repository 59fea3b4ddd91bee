package io.moor.gateway.database;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Hears of changes that any gateway committed ({@code LISTEN}/{@code NOTIFY}; PostgreSQL delivers
 * after the commit). It only shortens waits: a notification that is lost while the connection is
 * broken costs a waiter its time limit, nothing else. After a reconnect everybody is woken.
 */
public final class Changes implements AutoCloseable {

    /** The topic of reconcilers; every other topic is an incarnation. */
    public static final String WORK = "work";

    /** Records, in a transaction, that something changed for a topic. */
    public static void announce(Transaction tx, String topic) {
        tx.list("SELECT pg_notify('moor_changes', ?)", row -> "", topic);
    }

    private static final int WAIT_MS = 1_000;
    private static final long RECONNECT_MS = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

    private final Database database;
    private final Map<String, Waiters> topics = new ConcurrentHashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicReference<@Nullable Connection> session = new AtomicReference<>();
    private final Thread listener;

    public Changes(Database database) {
        this.database = database;
        this.listener = Thread.ofVirtual().name("moor-changes").unstarted(this::listen);
    }

    public void start() {
        listener.start();
    }

    /**
     * Starts to watch a topic. Look at the state after this call and before waiting for {@link
     * Watch#next}: a change in between is then not missed.
     */
    public Watch watch(String topic) {
        return topics.compute(
                        topic,
                        (key, waiters) -> (waiters == null ? new Waiters() : waiters).joined())
                .watch(topic, this);
    }

    private void listen() {
        boolean saidBroken = false;
        while (stop.getCount() > 0) {
            try (Connection connection = database.openSession("moor-gateway-changes")) {
                session.set(connection);
                try (var statement = connection.createStatement()) {
                    statement.execute("LISTEN moor_changes");
                }
                if (saidBroken) {
                    saidBroken = false;
                    LOG.atInfo().log("change notifications work again");
                }
                wakeAll();
                receive(connection.unwrap(PGConnection.class));
            } catch (SQLException | DatabaseException e) {
                if (stop.getCount() > 0) {
                    if (!saidBroken) {
                        saidBroken = true;
                        LOG.atWarn()
                                .addKeyValue("cause", e.getMessage())
                                .log("change notifications are interrupted; waits take longer");
                    }
                    pause();
                }
            }
        }
    }

    private void receive(PGConnection connection) throws SQLException {
        while (stop.getCount() > 0) {
            var notifications = connection.getNotifications(WAIT_MS);
            if (notifications == null) {
                continue;
            }
            for (var notification : notifications) {
                wake(notification.getParameter());
            }
        }
    }

    private void pause() {
        try {
            boolean stopped = stop.await(RECONNECT_MS, TimeUnit.MILLISECONDS);
            if (stopped) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wakes who waits for a topic in this process. */
    public void wake(String topic) {
        var waiters = topics.get(topic);
        if (waiters != null) {
            waiters.wake();
        }
    }

    /** Wakes everybody who waits in this process. */
    public void wakeAll() {
        topics.values().forEach(Waiters::wake);
    }

    void leave(String topic) {
        topics.computeIfPresent(topic, (key, waiters) -> waiters.left());
    }

    /** Wakes everybody and ends the listener. */
    @Override
    public void close() {
        stop.countDown();
        wakeAll();
        var connection = session.get();
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.atDebug().addKeyValue("cause", e.getMessage()).log("listener did not close");
            }
        }
        try {
            listener.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
