package io.moor.gateway.database;

import org.jspecify.annotations.Nullable;

/**
 * Where the control plane's truth is.
 *
 * @param url JDBC URL, {@code jdbc:postgresql://HOST:PORT/DATABASE}, without a password in it
 * @param user user name; null when the URL names it
 * @param password password; null where PostgreSQL asks for none
 * @param poolSize connections of this gateway at most, 1 to 100
 */
public record DatabaseConfig(
        String url, @Nullable String user, @Nullable String password, int poolSize) {

    public DatabaseConfig {
        requireValid(url, poolSize);
    }

    /**
     * @throws IllegalArgumentException when they cannot be meant
     */
    public static void requireValid(String url, int poolSize) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "database.url is a PostgreSQL URL like jdbc:postgresql://HOST:5432/moor");
        }
        if (url.matches("(?s).*[?&]password=.*")) {
            throw new IllegalArgumentException(
                    "database.url must not hold the password: use database.password");
        }
        if (poolSize < 1 || poolSize > 100) {
            throw new IllegalArgumentException("database.pool-size is 1 to 100, not " + poolSize);
        }
    }

    @Override
    public String toString() {
        return "DatabaseConfig[url=%s, user=%s, password=***, poolSize=%d]"
                .formatted(url, user, poolSize);
    }
}
