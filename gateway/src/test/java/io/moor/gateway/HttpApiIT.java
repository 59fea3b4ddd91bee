package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Comparator.reverseOrder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

import io.moor.gateway.protocol.RegisterRequest;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

/** The edges of the API: problems, tokens, roles, idempotency, paging, ETags, its description. */
@ExtendWith(EmbeddedStackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpApiIT {

    private static final Map<String, Object> VOLUME =
            Map.of("name", "v", "provider", "shared", "sizeBytes", 1 << 20);

    private GatewayFixture gateway;

    @BeforeAll
    void startGateway(StackEndpoints stack) {
        gateway = GatewayFixture.start(stack, HttpApiIT.class, Duration.ofSeconds(15));
    }

    @AfterAll
    void stopGateway() {
        gateway.close();
    }

    /** Vert.x would route them to the operation without the slash. */
    @ParameterizedTest
    @CsvSource({
        "GET, /v1/groups/",
        "GET, /v1/instances/",
        "GET, /v1/volumes/",
        "GET, /v1/attachments/",
        "GET, /v1/events/",
        "GET, /v1//groups",
        "GET, /v1/./groups/",
        "POST, /v1/events/",
        "POST, /v1/volumes/",
        "POST, /v1/instances/i-1/drain/"
    })
    void noSpellingOfAPathGetsPastTheToken(String method, String path) {
        // Given
        var event = "{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"s\",\"type\":\"t\"}";

        // When
        var answer =
                Api.send(
                        HttpRequest.newBuilder(gateway.api().base().resolve(path))
                                .header("Content-Type", "application/json")
                                .method(method, BodyPublishers.ofString(event)));

        // Then
        assertThat(answer.status()).isIn(401, 404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GET    | /v1/nothing            |                                     | not-found              | 404
                    PATCH  | /v1/groups             |                                     | method-not-allowed     | 405
                    GET    | /v1/groups/none        |                                     | not-found              | 404
                    GET    | /v1/groups?limit=0     |                                     | bad-request            | 400
                    GET    | /v1/groups?limit=501   |                                     | bad-request            | 400
                    GET    | /v1/groups?limit=1e2   |                                     | bad-request            | 400
                    GET    | /v1/events?cursor=%21  |                                     | bad-request            | 400
                    POST   | /v1/volumes            | {                                   | bad-request            | 400
                    POST   | /v1/volumes            | []                                  | bad-request            | 400
                    POST   | /v1/volumes            |                                     | bad-request            | 400
                    POST   | /v1/volumes            | {"name":"v"}                        | bad-request            | 400
                    POST   | /v1/volumes            | {"name":"v","provider":"shared","sizeBytes":"1"} | bad-request | 400
                    POST   | /v1/volumes            | {"name":"v","provider":"shared","sizeBytes":1048576,"x":1} | bad-request | 400
                    POST   | /v1/volumes            | {"name":"v","provider":"none","sizeBytes":1048576} | invalid | 422
                    PUT    | /v1/groups/UPPER       | {"slots":1,"claims":[]}             | invalid                | 422
                    PUT    | /v1/groups/g           | {"slots":1001,"claims":[]}          | bad-request            | 400
                    POST   | /v1/instances/none/drain | {"timeoutMs":1}                   | not-found              | 404
                    POST   | /v1/attachments/none/evict | {"operator":"a","reason":"b"}   | not-found              | 404
                    POST   | /v1/instances          | {"instance":"i","bootId":"b","group":"g"} | forbidden        | 403
                    """)
    void refusesWithAProblem(String method, String path, String body, String type, int status) {
        // When
        var request = gateway.api().request(path);
        if (body != null) {
            request.header("Content-Type", "application/json");
        } else if (method.equals("POST")) {
            request.header("Content-Type", "application/json");
        }
        Api.Answer answer =
                Api.send(
                        request.method(
                                method,
                                body == null
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body)));

        // Then
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.problem()).isEqualTo(type);
        assertThat(answer.at("/status").asInt()).isEqualTo(status);
        assertThat(answer.text("detail"))
                .isNotEmpty()
                .doesNotContain("SELECT", "Exception", "io.moor", "at io.vertx");
    }

    @Test
    void refusesAStrangerBeforeItsBodyCame() throws IOException {
        URI base = gateway.api().base();
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            """
                            POST /v1/volumes HTTP/1.1\r
                            Host: moor\r
                            Content-Type: application/json\r
                            Content-Length: 8000000\r
                            \r
                            {\
                            """
                                    .getBytes(StandardCharsets.US_ASCII));

            var answer =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).isEqualTo("HTTP/1.1 401 Unauthorized");
        }
    }

    @Test
    void namesTheAllowedMethods() {
        Api.Answer answer =
                Api.send(
                        gateway.api()
                                .request("/v1/groups")
                                .method("PATCH", BodyPublishers.noBody()));

        assertThat(answer.header("Allow")).isEqualTo("GET");
    }

    @Test
    void refusesAnotherMediaType() {
        // When
        Api.Answer answer =
                Api.send(
                        gateway.api()
                                .request("/v1/volumes")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{}")));

        // Then
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.problem()).isEqualTo("unsupported-media-type");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        Api.Answer answer =
                gateway.api().post("/v1/volumes", "{\"name\":\"" + "x".repeat(9 << 20) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.problem()).isEqualTo("body-too-large");
    }

    @Test
    void tellsWhoHasNoTokenFromWhoHasAWrongOne() {
        // Given
        String join = gateway.declare("roles", 1);
        Api.Answer registered =
                HandDrivenSidecar.tryRegister(
                        gateway, join, new RegisterRequest("roles-1", "b", "roles", null));
        Api instance = gateway.with(registered.text("token"));

        // When, Then
        assertThat(gateway.with("").get("/v1/groups").status()).isEqualTo(401);
        assertThat(gateway.with("").get("/v1/groups").header("WWW-Authenticate"))
                .startsWith("Bearer");
        assertThat(gateway.with("moor_join_guess").get("/v1/groups").status()).isEqualTo(401);
        assertThat(gateway.with(join).get("/v1/groups").status()).isEqualTo(403);
        assertThat(instance.get("/v1/groups").status()).isEqualTo(403);
        assertThat(instance.get("/v1/instances/roles-1").status()).isEqualTo(200);
        assertThat(instance.get("/v1/instances/other").status()).isEqualTo(403);
        assertThat(instance.post("/v1/instances/other/drain", Map.of("timeoutMs", 1)).status())
                .isEqualTo(403);
        assertThat(
                        instance.post(
                                        "/v1/instances/roles-1/sync",
                                        Map.of(
                                                "incarnation",
                                                "inc-of-another",
                                                "seenRevision",
                                                0,
                                                "waitMs",
                                                0,
                                                "attachments",
                                                List.of(),
                                                "streams",
                                                List.of()))
                                .status())
                .isEqualTo(403);
        assertThat(
                        HandDrivenSidecar.tryRegister(
                                        gateway,
                                        join,
                                        new RegisterRequest("x", "b", "another", null))
                                .status())
                .isEqualTo(403);
    }

    @Test
    void storesOnlyHashesOfTokens() throws Exception {
        // Given
        String join = gateway.declare("hashes", 1);

        // When
        long plain =
                gateway.count(
                        "SELECT count(*) FROM join_token t WHERE t::text LIKE ?", "%" + join + "%");
        long kept =
                gateway.count(
                        "SELECT count(*) FROM audit a WHERE a::text LIKE ?", "%" + join + "%");

        // Then
        assertThat(plain + kept).isZero();
    }

    @Test
    void repeatedKeyGetsTheFirstAnswerAndChangesNothing() {
        // Given
        String key = UUID.randomUUID().toString();
        int before = gateway.api().items("/v1/volumes?limit=500").size();

        // When
        Api.Answer first = gateway.api().post("/v1/volumes", VOLUME, "Idempotency-Key", key);
        Api.Answer second = gateway.api().post("/v1/volumes", VOLUME, "Idempotency-Key", key);
        Api.Answer other =
                gateway.api()
                        .post(
                                "/v1/volumes",
                                Map.of("name", "w", "provider", "shared", "sizeBytes", 1 << 20),
                                "Idempotency-Key",
                                key);

        // Then
        assertThat(second.status()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.problem()).isEqualTo("idempotency-key-reused");
        assertThat(gateway.api().items("/v1/volumes?limit=500")).hasSize(before + 1);
    }

    @Test
    void joinTokenIsShownOnce() throws Exception {
        // Given
        gateway.declare("once", 1);
        String path = "/v1/groups/once/join-tokens";

        // When
        Api.Answer first = gateway.api().post(path, "{}", "Idempotency-Key", "once-1");
        Api.Answer second = gateway.api().post(path, "{}", "Idempotency-Key", "once-1");

        // Then
        assertThat(first.text("token")).startsWith("moor_join_");
        assertThat(second.text("id")).isEqualTo(first.text("id"));
        assertThat(second.at("/token").isNull()).isTrue();
        assertThat(
                        gateway.count(
                                "SELECT count(*) FROM idempotency_key k WHERE k::text LIKE ?",
                                "%" + first.text("token") + "%"))
                .isZero();
    }

    @Test
    void pagesThroughEverythingOnce() {
        // Given
        for (int i = 0; i < 5; i++) {
            gateway.declare("page-" + i, 0);
        }
        var seen = new ArrayList<String>();

        // When
        String next = "";
        do {
            Api.Answer page =
                    gateway.api()
                            .get("/v1/groups?limit=2" + (next.isEmpty() ? "" : "&cursor=" + next));
            page.at("/items").forEach(item -> seen.add(item.path("group").asText()));
            assertThat(page.at("/items").size()).isLessThanOrEqualTo(2);
            next = page.at("/next").isNull() ? "" : page.text("next");
        } while (!next.isEmpty());

        // Then
        assertThat(seen).doesNotHaveDuplicates().isSorted().contains("page-0", "page-4");
    }

    @Test
    void changeLogIsNewestFirstAndPaged() {
        // Given
        gateway.declare("log-a", 0);
        gateway.declare("log-b", 0);

        // When
        var ids = new ArrayList<Long>();
        var actions = new ArrayList<String>();
        String next = "";
        for (int page = 0; page < 3; page++) {
            Api.Answer answer =
                    gateway.api()
                            .get("/v1/events?limit=2" + (next.isEmpty() ? "" : "&cursor=" + next));
            answer.at("/items")
                    .forEach(item -> {
                        ids.add(item.path("id").asLong());
                        actions.add(
                                item.path("action").asText()
                                        + " "
                                        + item.path("objectId").asText());
                    });
            next = answer.text("next");
        }

        // Then
        assertThat(ids).hasSize(6).doesNotHaveDuplicates().isSortedAccordingTo(reverseOrder());
        assertThat(actions).contains("group.created log-b");
    }

    @Test
    void changesAGroupOnlyWhenTheVersionIsTheOneSeen() {
        // Given
        Map<String, Object> one = Map.of("slots", 1, "claims", List.of());
        Map<String, Object> two = Map.of("slots", 2, "claims", List.of());

        // When
        Api.Answer created = gateway.api().put("/v1/groups/etag", one, "If-None-Match", "*");
        Api.Answer again = gateway.api().put("/v1/groups/etag", one, "If-None-Match", "*");
        Api.Answer same = gateway.api().put("/v1/groups/etag", one);
        Api.Answer changed =
                gateway.api().put("/v1/groups/etag", two, "If-Match", created.header("ETag"));
        Api.Answer late =
                gateway.api().put("/v1/groups/etag", one, "If-Match", created.header("ETag"));
        Api.Answer unchanged =
                gateway.api().get("/v1/groups/etag", "If-None-Match", changed.header("ETag"));

        // Then
        assertThat(created.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(412);
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.at("/version").asLong()).isEqualTo(1);
        assertThat(changed.at("/version").asLong()).isEqualTo(2);
        assertThat(late.problem()).isEqualTo("precondition-failed");
        assertThat(unchanged.status()).isEqualTo(304);
    }

    @Test
    void refusesToDropSlotsAndGroupsThatAreInUse() {
        // Given
        String join = gateway.declare("used", 1);
        HandDrivenSidecar.register(gateway, join, "used", "used-1");

        // When, Then
        assertThat(
                        gateway.api()
                                .put("/v1/groups/used", Map.of("slots", 0, "claims", List.of()))
                                .text("detail"))
                .contains("used-1");
        Api.Answer deleted = gateway.api().delete("/v1/groups/used");
        assertThat(deleted.status()).isEqualTo(409);
        assertThat(deleted.text("detail")).contains("used-1").contains("Drain");
    }

    @Test
    void servesItsDescriptionAndAnswersExactlyWhatItDescribes() throws IOException {
        // Given
        Api anybody = gateway.with("");
        JsonNode described = new YAMLMapper().readTree(anybody.get("/openapi.yaml").raw().body());
        var unanswered = new TreeSet<String>();

        // When
        described
                .path("paths")
                .forEachEntry((path, item) ->
                        item.forEachEntry((method, operation) -> {
                            if (operation.has("operationId") && isUnknown(path, method)) {
                                unanswered.add(method + " " + path);
                            }
                        }));

        // Then
        assertThat(described.path("paths").size()).isGreaterThan(15);
        assertThat(unanswered).isEmpty();
    }

    /** The other direction is held at the start: code for an operation that is not described. */
    private boolean isUnknown(String path, String method) {
        Api.Answer answer =
                Api.send(
                        gateway.with("")
                                .request(path.replaceAll("\\{[^}]*}", "x"))
                                .method(method.toUpperCase(Locale.ROOT), BodyPublishers.noBody()));
        return answer.status() == 404 || answer.status() == 405 || answer.status() >= 500;
    }

    @Test
    void saysWhetherItIsAliveAndReadyAndMeasuresItself() {
        // Given
        Api anybody = gateway.with("");

        // When, Then
        assertThat(anybody.get("/health/live").text("status")).isEqualTo("UP");
        assertThat(anybody.get("/health/ready").text("status")).isEqualTo("UP");
        assertThat(anybody.get("/metrics").raw().body())
                .contains("hikaricp_connections_active")
                .contains("moor_volumes{state=\"AVAILABLE\"}")
                .contains("moor_reconciler_pass")
                .contains("moor_lease_renewals")
                .contains("vertx_http_server_response_time");
    }
}
