package io.moor.gateway.database;

import org.flywaydb.core.Flyway;

import javax.sql.DataSource;

/** The schema's versions, {@code db/migration/V*.sql}; forward only. */
final class Migrations {

    private Migrations() {}

    /**
     * Flyway takes a lock in PostgreSQL, so that of several gateways one migrates and the others
     * wait.
     */
    static void run(DataSource dataSource) {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .cleanDisabled(true)
                .validateMigrationNaming(true)
                .load()
                .migrate();
    }
}
