package io.moor.gateway;

import io.moor.gateway.database.Database;
import io.moor.gateway.database.DatabaseException;

import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits a while for the database, then brings its schema up to date. */
final class DatabaseStart {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseStart.class);

    private DatabaseStart() {}

    static void connectAndMigrate(Database database, String url) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                database.probe();
                break;
            } catch (DatabaseException e) {
                if (System.nanoTime() > deadline) {
                    throw new GatewayException(
                            "cannot reach the database at %s: %s; check 'database' in the configuration and that PostgreSQL runs"
                                    .formatted(withoutSecrets(url), cause(e)),
                            e);
                }
                LOG.atDebug().addKeyValue("cause", cause(e)).log("waiting for the database");
                pause();
            }
        }
        try {
            database.migrate();
        } catch (FlywayException e) {
            throw new GatewayException(
                    "cannot bring the schema of %s up to date: %s"
                            .formatted(withoutSecrets(url), firstLine(e.getMessage())),
                    e);
        }
    }

    private static void pause() {
        try {
            boolean never = new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            if (never) {
                throw new IllegalStateException("nobody counts this down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException("interrupted while waiting for the database", e);
        }
    }

    private static String cause(DatabaseException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return firstLine(cause.getMessage());
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "no reason given" : text.lines().findFirst().orElse("");
    }

    /** A URL may hold parameters of any kind; only host and database are shown. */
    private static String withoutSecrets(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }
}
