package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The database goes away and comes back; the gateway stops while a sync waits. */
@ExtendWith(EmbeddedStackExtension.class)
class OutageIT {

    @Test
    void saysThatTheDatabaseIsGoneAndGoesOnWhenItIsBack(StackEndpoints stack) throws SQLException {
        try (var gateway = GatewayFixture.start(stack, OutageIT.class, Duration.ofSeconds(15))) {
            // Given
            String join = gateway.declare("outage", 1);
            HandDrivenSidecar sidecar =
                    HandDrivenSidecar.register(gateway, join, "outage", "outage-1");
            JsonNode desired = sidecar.awaitAttachment();

            // When
            admin(stack, "ALTER DATABASE outageit WITH ALLOW_CONNECTIONS false");
            admin(
                    stack,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
                            + " 'outageit'");
            Api.Answer ready = gateway.with("").get("/health/ready");
            Api.Answer groups = gateway.api().get("/v1/groups");

            // Then
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.text("reason")).contains("database");
            assertThat(groups.status()).isEqualTo(503);
            assertThat(groups.problem()).isEqualTo("unavailable");
            assertThat(gateway.with("").get("/health/live").status()).isEqualTo(200);

            // When
            admin(stack, "ALTER DATABASE outageit WITH ALLOW_CONNECTIONS true");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.with("").get("/health/ready").status() == 200);

            // Then
            assertThat(sidecar.awaitAttachment()).isEqualTo(desired);
            gateway.declare("after", 1);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            gateway.count(
                                            "SELECT count(*) FROM volume WHERE state ="
                                                    + " 'AVAILABLE' AND group_name = 'after'")
                                    == 1);
            long seen = sidecar.revision();
            var waiting =
                    CompletableFuture.supplyAsync(() -> sidecar.sync(seen, 60_000, List.of()));
            gateway.api().post("/v1/instances/outage-1/drain", Map.of("timeoutMs", 1_000));
            assertThat(waiting.join().at("/drain").isNull()).isFalse();
        }
    }

    @Test
    void stoppingAnswersASyncThatWaits(StackEndpoints stack) {
        // Given
        CompletableFuture<Api.Answer> waiting;
        long stopped;
        try (var gateway = GatewayFixture.start(stack, OutageIT.class, Duration.ofMinutes(2))) {
            String join = gateway.declare("stopping", 1);
            HandDrivenSidecar sidecar =
                    HandDrivenSidecar.register(gateway, join, "stopping", "stopping-1");
            sidecar.awaitAttachment();
            sidecar.sync(0);
            long seen = sidecar.revision();
            waiting = CompletableFuture.supplyAsync(() -> sidecar.sync(seen, 60_000, List.of()));
            Awaitility.await()
                    .until(() ->
                            gateway.with("")
                                    .get("/metrics")
                                    .raw()
                                    .body()
                                    .lines()
                                    .anyMatch(line -> line.equals("moor_sync_waiting 1.0")));

            // When
            stopped = System.nanoTime();
        }

        // Then
        assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(9));
        assertThat(waiting.join().status()).isEqualTo(200);
    }

    private static void admin(StackEndpoints stack, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(stack.jdbcUrl());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
