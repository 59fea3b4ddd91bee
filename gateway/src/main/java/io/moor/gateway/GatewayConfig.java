package io.moor.gateway;

import io.moor.gateway.database.DatabaseConfig;
import io.moor.shipper.config.Default;
import io.moor.shipper.config.HostPort;
import io.moor.shipper.config.Secret;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;

/**
 * {@code gateway.yaml}; {@code docs/gateway.example.yaml} has every key.
 *
 * @param listen where the API is served
 * @param database where the truth is
 * @param token the operators' bearer token, at least 16 characters
 * @param lease how long instances may be silent
 * @param providers where volumes live, by the name that claims use
 */
public record GatewayConfig(
        @Default("127.0.0.1:7080") HostPort listen,
        Database database,
        Secret token,
        @Default("{}") Lease lease,
        @Default("{}") Map<String, ProviderConfig> providers) {

    private static final int TOKEN_SHORTEST = 16;

    public GatewayConfig {
        providers = Map.copyOf(providers);
        if (token.reveal().length() < TOKEN_SHORTEST) {
            throw new IllegalArgumentException(
                    "token has at least 16 characters; make one with: openssl rand -hex 32");
        }
        for (String name : providers.keySet()) {
            if (!name.matches("[a-z0-9][a-z0-9-]{0,31}")) {
                throw new IllegalArgumentException(
                        "a provider's name is 1 to 32 lower-case letters, digits and dashes, not '"
                                + name
                                + "'");
            }
        }
    }

    /**
     * @param url {@code jdbc:postgresql://HOST:PORT/DATABASE}
     * @param user user name; may be left out when the URL names it
     * @param password password; may be left out where PostgreSQL asks for none
     * @param poolSize connections at most, 1 to 100
     */
    public record Database(
            String url,
            @Nullable String user,
            @Nullable Secret password,
            @Default("10") int poolSize) {

        public Database {
            DatabaseConfig.requireValid(url, poolSize);
        }

        DatabaseConfig forPool() {
            return new DatabaseConfig(
                    url, user, password == null ? null : password.reveal(), poolSize);
        }
    }

    /**
     * @param ttl how long a lease lasts without renewal, 1 s to 10 min
     */
    public record Lease(@Default("15s") Duration ttl) {

        private static final Duration SHORTEST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofMinutes(10);

        public Lease {
            if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("lease.ttl is 1s to 10m");
            }
        }
    }
}
