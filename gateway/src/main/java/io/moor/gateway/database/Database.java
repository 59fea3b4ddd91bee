package io.moor.gateway.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.micrometer.core.instrument.MeterRegistry;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The pool, and transactions on it. Calls block: they belong on virtual threads. At most as many
 * run as the pool has connections; the others wait in line here, where waiting costs nothing.
 */
public final class Database implements AutoCloseable {

    /** How often a transaction that lost a race (deadlock, serialisation) is run again. */
    private static final int ATTEMPTS = 5;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LINE_TIMEOUT = Duration.ofSeconds(15);
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final DatabaseConfig config;
    private final HikariDataSource pool;
    private final Semaphore connections;

    public Database(DatabaseConfig config, MeterRegistry meters) {
        this.config = config;
        var hikari = new HikariConfig();
        hikari.setPoolName("moor");
        hikari.setJdbcUrl(config.url());
        if (config.user() != null) {
            hikari.setUsername(config.user());
        }
        if (config.password() != null) {
            hikari.setPassword(config.password());
        }
        hikari.setMaximumPoolSize(config.poolSize());
        hikari.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        hikari.setInitializationFailTimeout(-1);
        hikari.setAutoCommit(false);
        hikari.setMetricRegistry(meters);
        hikari.addDataSourceProperty("ApplicationName", "moor-gateway");
        // A gateway that hangs on a dead connection is worse than one that reports it.
        hikari.addDataSourceProperty("socketTimeout", "30");
        hikari.addDataSourceProperty("connectTimeout", "5");
        hikari.addDataSourceProperty("tcpKeepAlive", "true");
        this.pool = new HikariDataSource(hikari);
        this.connections = new Semaphore(config.poolSize(), true);
    }

    /**
     * Runs one transaction: commits when the work returns, rolls back when it throws. Work that
     * lost a race is run again, so it has no effect outside the transaction.
     *
     * @throws DatabaseException when the database refused or is not reachable
     */
    public <T> T transact(Function<Transaction, T> work) {
        takePlace();
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return once(work);
                } catch (DatabaseException e) {
                    if (e.kind() != DatabaseException.Kind.TRANSIENT || attempt == ATTEMPTS) {
                        throw e;
                    }
                    LOG.atDebug()
                            .addKeyValue("attempt", attempt)
                            .log("a transaction lost a race and is run again");
                }
            }
        } finally {
            connections.release();
        }
    }

    /** Whoever waits longer than a connection may take gets an answer rather than a longer line. */
    private void takePlace() {
        boolean taken;
        try {
            taken = connections.tryAcquire(LINE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DatabaseException.unavailable(new SQLException("interrupted in line", e));
        }
        if (!taken) {
            throw DatabaseException.unavailable(
                    new SQLException(
                            "no connection became free within "
                                    + LINE_TIMEOUT.toSeconds()
                                    + " s; the database is slow, gone, or poolSize is too small"));
        }
    }

    private <T> T once(Function<Transaction, T> work) {
        try (Connection connection = connect()) {
            try {
                T result = work.apply(new Transaction(connection));
                connection.commit();
                return result;
            } catch (RuntimeException | SQLException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    private Connection connect() {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw DatabaseException.unavailable(e);
        }
    }

    private static void rollBack(Connection connection, Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * A connection beside the pool, for what lasts: listening, and locks that a session holds. It
     * commits each statement by itself.
     *
     * @throws DatabaseException when the database is not reachable
     */
    public Connection openSession(String name) {
        var properties = new Properties();
        if (config.user() != null) {
            properties.setProperty("user", config.user());
        }
        if (config.password() != null) {
            properties.setProperty("password", config.password());
        }
        properties.setProperty("ApplicationName", name);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("tcpKeepAlive", "true");
        try {
            return DriverManager.getConnection(config.url(), properties);
        } catch (SQLException e) {
            throw DatabaseException.unavailable(e);
        }
    }

    /**
     * Looks whether the database answers.
     *
     * @throws DatabaseException when it does not
     */
    public void probe() {
        try (Connection connection = openSession("moor-gateway")) {
            if (!connection.isValid((int) CONNECT_TIMEOUT.toSeconds())) {
                throw new SQLException("the connection is not usable");
            }
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** Brings the schema up to this program's version; several gateways at once are fine. */
    public void migrate() {
        Migrations.run(pool);
    }

    @Override
    public void close() {
        pool.close();
    }
}
