package io.moor.gateway;

import io.moor.shipper.config.HostPort;
import io.moor.shipper.config.Secret;
import io.moor.stack.StackEndpoints;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A real gateway on a fresh database and a directory provider. */
final class GatewayFixture implements AutoCloseable {

    static final String OPERATOR = "operators-token-for-tests";

    private final String jdbcUrl;
    private final Path storage;
    private final GatewayConfig config;
    private final Gateway gateway;

    private GatewayFixture(String jdbcUrl, Path storage, GatewayConfig config) {
        this.jdbcUrl = jdbcUrl;
        this.storage = storage;
        this.config = config;
        this.gateway = Gateway.start(config);
    }

    static GatewayFixture start(StackEndpoints stack, Class<?> test, Duration leaseTtl) {
        String url = stack.newDatabase(test.getSimpleName());
        try {
            Path storage = Files.createTempDirectory("moor-gateway-test-");
            return new GatewayFixture(url, storage, config(url, storage, leaseTtl));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GatewayConfig config(String url, Path storage, Duration leaseTtl) {
        return new GatewayConfig(
                new HostPort("127.0.0.1", 0),
                new GatewayConfig.Database(url, null, null, 8),
                Secret.parse(OPERATOR),
                new GatewayConfig.Lease(leaseTtl),
                Map.of("shared", new ProviderConfig(ProviderConfig.Type.DIRECTORY, storage)));
    }

    Gateway gateway() {
        return gateway;
    }

    GatewayConfig config() {
        return config;
    }

    Path storage() {
        return storage;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl);
    }

    /** Another gateway on the same database and storage. */
    Gateway another() {
        return Gateway.start(config);
    }

    int update(String sql, Object... parameters) throws SQLException {
        try (var connection = connect();
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    long count(String sql, Object... parameters) throws SQLException {
        try (var connection = connect();
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    /** Declares a group with a claim {@code data} per slot and returns a join token. */
    String declare(String group, int slots) {
        var answer =
                api().put(
                                "/v1/groups/" + group,
                                Map.of(
                                        "slots",
                                        slots,
                                        "claims",
                                        List.of(
                                                Map.of(
                                                        "name", "data",
                                                        "provider", "shared",
                                                        "sizeBytes", 1 << 20))));
        if (answer.status() > 201) {
            throw new AssertionError(answer.body());
        }
        return HandDrivenSidecar.joinToken(this, group);
    }

    /** Calls as an operator. */
    Api api() {
        return new Api(gateway.address(), OPERATOR);
    }

    Api with(String token) {
        return new Api(gateway.address(), token);
    }

    @Override
    public void close() {
        gateway.close();
        try (var files = Files.walk(storage)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
