package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.OperatingSystemMXBean;

import io.moor.gateway.protocol.RegisterRequest;
import io.moor.shipper.config.HostPort;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Several gateways on one database: none is special, and no grant happens twice. */
@ExtendWith(EmbeddedStackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoGatewaysIT {

    private static final int SLOTS = 12;

    private GatewayFixture first;
    private Gateway second;

    @BeforeAll
    void startGateways(StackEndpoints stack) {
        first = GatewayFixture.start(stack, TwoGatewaysIT.class, Duration.ofSeconds(15));
        second = first.another();
    }

    @AfterAll
    void stopGateways() {
        second.close();
        first.close();
    }

    @Test
    void raceForTheSameGrantsGivesEachVolumeOnce() throws SQLException {
        // Given
        String join = first.declare("race", SLOTS);
        Api other = new Api(second.address(), join);

        // When
        List<Api.Answer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers =
                    IntStream.range(0, SLOTS)
                            .mapToObj(i ->
                                    CompletableFuture.supplyAsync(
                                            () ->
                                                    (i % 2 == 0 ? first.with(join) : other)
                                                            .post(
                                                                    "/v1/instances",
                                                                    new RegisterRequest(
                                                                            "race-" + i,
                                                                            "b",
                                                                            "race",
                                                                            null)),
                                            threads))
                            .toList()
                            .stream()
                            .map(CompletableFuture::join)
                            .toList();
        }

        // Then
        assertThat(answers).extracting(Api.Answer::status).containsOnly(201);
        assertThat(answers)
                .extracting(answer -> answer.at("/slot").asInt())
                .doesNotHaveDuplicates();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> grants("race") == SLOTS);
        assertThat(
                        first.count(
                                "SELECT count(*) FROM volume WHERE group_name = 'race' AND epoch <>"
                                        + " 1"))
                .isZero();
        assertThat(
                        first.count(
                                "SELECT count(*) FROM audit WHERE action = 'attachment.granted'"
                                        + " AND after ->> 'volume' LIKE 'race-%'"))
                .isEqualTo(SLOTS);
    }

    @Test
    void registrationsForOneSlotHaveOneWinner() {
        // Given
        String join = first.declare("single", 1);
        Api other = new Api(second.address(), join);

        // When
        var answers = new ArrayList<CompletableFuture<Integer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                var request = new RegisterRequest("single-" + i, "b", "single", null);
                Api api = i % 2 == 0 ? first.with(join) : other;
                answers.add(
                        CompletableFuture.supplyAsync(
                                () -> api.post("/v1/instances", request).status(), threads));
            }
        }

        // Then
        assertThat(answers.stream().map(CompletableFuture::join).toList())
                .containsOnlyOnce(201)
                .containsOnly(201, 409);
    }

    @Test
    void oneServerCannotJoinTwoGroupsAtOnce() {
        // Given
        String here = first.declare("here", 1);
        Api there = new Api(second.address(), first.declare("there", 1));

        // When
        var answers = new ArrayList<CompletableFuture<Integer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 6; i++) {
                boolean even = i % 2 == 0;
                var request =
                        new RegisterRequest("both", "boot-" + i, even ? "here" : "there", null);
                Api api = even ? first.with(here) : there;
                answers.add(
                        CompletableFuture.supplyAsync(
                                () -> api.post("/v1/instances", request).status(), threads));
            }
        }

        // Then
        assertThat(answers.stream().map(CompletableFuture::join).toList())
                .containsOnlyOnce(201)
                .containsOnly(201, 409);
    }

    @Test
    void changeReachesASyncThatWaitsAtAnotherGatewayAtOnce() {
        // Given
        String join = first.declare("poll", 1);
        HandDrivenSidecar sidecar = HandDrivenSidecar.register(first, join, "poll", "poll-1");
        sidecar.awaitAttachment();
        sidecar.sync(0);
        long before = sidecar.revision();

        // When
        var waiting = CompletableFuture.supplyAsync(() -> sidecar.sync(before, 60_000, List.of()));
        Awaitility.await().until(() -> waiting(first) >= 1);
        long ordered = System.nanoTime();
        new Api(second.address(), GatewayFixture.OPERATOR)
                .post("/v1/instances/poll-1/drain", Map.of("timeoutMs", 60_000));
        JsonNode told = waiting.join().body();
        long millis = Duration.ofNanos(System.nanoTime() - ordered).toMillis();

        // Then
        assertThat(told.path("revision").asLong()).isGreaterThan(before);
        assertThat(told.at("/drain/timeoutMs").asLong()).isEqualTo(60_000);
        assertThat(millis).isLessThan(1_000);
    }

    @Test
    void idleSyncWaitsAThirdOfTheLeaseAndCostsNothing() {
        // Given
        String join = first.declare("idle", 1);
        HandDrivenSidecar sidecar = HandDrivenSidecar.register(first, join, "idle", "idle-1");
        sidecar.awaitAttachment();
        sidecar.sync(0);
        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

        // When
        long started = System.nanoTime();
        long cpuBefore = process.getProcessCpuTime();
        Api.Answer answer = sidecar.sync(sidecar.revision(), 60_000, List.of());
        long cpu = process.getProcessCpuTime() - cpuBefore;
        Duration waited = Duration.ofNanos(System.nanoTime() - started);

        // Then
        assertThat(answer.at("/revision").asLong()).isEqualTo(sidecar.revision());
        assertThat(waited).isBetween(Duration.ofMillis(4_500), Duration.ofSeconds(8));
        // Two gateways, a broker and this test share the process.
        assertThat((double) cpu / waited.toNanos()).isLessThan(0.8);
    }

    @Test
    void secondGatewayOnTheSamePortIsRefusedInOneLine() {
        // Given
        GatewayConfig config = first.config();
        var taken =
                new GatewayConfig(
                        new HostPort("127.0.0.1", first.gateway().address().getPort()),
                        config.database(),
                        config.token(),
                        config.lease(),
                        Map.of());

        // When, Then
        assertThatThrownBy(() -> Gateway.start(taken))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("in use")
                .hasMessageContaining("another gateway")
                .message()
                .doesNotContain("\n");
        assertThat(first.api().get("/health/ready").status()).isEqualTo(200);
    }

    private long grants(String group) throws SQLException {
        return first.count("SELECT count(*) FROM attachment WHERE volume_id LIKE ?", group + "-%");
    }

    private static double waiting(GatewayFixture gateway) {
        return gateway.with("")
                .get("/metrics")
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith("moor_sync_waiting "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }
}
