package io.moor.stack;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How to reach a running stack.
 *
 * @param kafka bootstrap server, {@code 127.0.0.1:PORT}
 * @param jdbcUrl PostgreSQL's database {@code postgres} as the superuser {@code postgres}, no
 *     password
 * @param s3Endpoint {@code http://127.0.0.1:PORT}
 * @param s3AccessKey AWS access key id
 * @param s3SecretKey AWS secret key; {@link #toString} hides it
 */
public record StackEndpoints(
        String kafka, String jdbcUrl, URI s3Endpoint, String s3AccessKey, String s3SecretKey) {

    /**
     * An empty database for whoever asks: one that exists under this name is dropped first, with
     * its connections.
     *
     * @param name any text; what is no letter, digit or underscore becomes an underscore
     * @return its JDBC URL, with the user
     */
    public String newDatabase(String name) {
        String database = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        if (database.isEmpty()
                || database.length() > 63
                || database.matches("postgres|template[01]")) {
            throw new IllegalArgumentException(
                    "'" + name + "' cannot be the name of a new database");
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                var statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS \"" + database + "\" WITH (FORCE)");
            statement.execute("CREATE DATABASE \"" + database + "\"");
        } catch (SQLException e) {
            throw new StackException(
                    "Cannot create the database " + database + ": " + e.getMessage(), e);
        }
        return jdbcUrl.replace("/postgres?", "/" + database + "?");
    }

    /** The content of {@code endpoints.env}, in its order. */
    Map<String, String> toEnvironment() {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("MOOR_KAFKA", kafka);
        environment.put("MOOR_JDBC_URL", jdbcUrl);
        environment.put("MOOR_S3_ENDPOINT", s3Endpoint.toString());
        environment.put("MOOR_S3_ACCESS_KEY", s3AccessKey);
        environment.put("MOOR_S3_SECRET_KEY", s3SecretKey);
        return environment;
    }

    /** The reverse of {@link #toEnvironment}. */
    static StackEndpoints fromEnvironment(Map<String, String> environment) {
        return new StackEndpoints(
                required(environment, "MOOR_KAFKA"),
                required(environment, "MOOR_JDBC_URL"),
                URI.create(required(environment, "MOOR_S3_ENDPOINT")),
                required(environment, "MOOR_S3_ACCESS_KEY"),
                required(environment, "MOOR_S3_SECRET_KEY"));
    }

    private static String required(Map<String, String> environment, String key) {
        String value = environment.get(key);
        if (value == null) {
            throw new StackException(
                    key
                            + " is missing in endpoints.env; stop and start the stack to write it"
                            + " anew");
        }
        return value;
    }

    @Override
    public String toString() {
        return "StackEndpoints[kafka=%s, jdbcUrl=%s, s3Endpoint=%s, s3AccessKey=%s, s3SecretKey=***]"
                .formatted(kafka, jdbcUrl, s3Endpoint, s3AccessKey);
    }
}
