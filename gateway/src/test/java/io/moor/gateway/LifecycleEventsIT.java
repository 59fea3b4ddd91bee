package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.gateway.protocol.ObservedAttachment.State;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.http.HttpRequest.BodyPublishers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Events come doubled, late, out of order, wrong and unknown. */
@ExtendWith(EmbeddedStackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LifecycleEventsIT {

    private GatewayFixture gateway;

    @BeforeAll
    void startGateway(StackEndpoints stack) {
        gateway = GatewayFixture.start(stack, LifecycleEventsIT.class, Duration.ofSeconds(15));
    }

    @AfterAll
    void stopGateway() {
        gateway.close();
    }

    private HandDrivenSidecar join(String group, String instance) {
        return HandDrivenSidecar.register(gateway, gateway.declare(group, 1), group, instance);
    }

    @Test
    void sameEventAgainChangesNothing() throws SQLException {
        // Given
        join("twice", "twice-1").awaitAttachment();

        // When
        Api.Answer first = gateway.api().terminated("twice", "twice-1");
        long changes = gateway.count("SELECT count(*) FROM audit");
        Api.Answer second = gateway.api().terminated("twice", "twice-1");
        Api.Answer anotherId = gateway.api().terminated("twice-again", "twice-1");

        // Then
        assertThat(first.text("result")).isEqualTo("APPLIED");
        assertThat(second.text("result")).isEqualTo("DUPLICATE");
        assertThat(anotherId.text("result")).isEqualTo("IGNORED");
        assertThat(gateway.count("SELECT count(*) FROM audit")).isEqualTo(changes + 1);
    }

    @Test
    void lateReportAfterTerminationDoesNotUndoTheNextGrant() {
        // Given
        HandDrivenSidecar first = join("late", "late-1");
        JsonNode before = first.awaitAttachment();
        first.report(before, State.ATTACHED, "");
        gateway.api().terminated("late", "late-1");
        HandDrivenSidecar second = join("late", "late-2");
        JsonNode after = second.awaitAttachment();

        // When
        Api.Answer late =
                first.sync(
                        first.revision(),
                        0,
                        List.of(HandDrivenSidecar.observe(before, State.DETACHED, "")));

        // Then
        assertThat(late.status()).isEqualTo(410);
        assertThat(attachment(after).text("state")).isEqualTo("ATTACHING");
        assertThat(attachment(before).at("/endProof/kind").asText()).isEqualTo("TERMINATED");
    }

    @Test
    void eventAboutAnEarlierLifeSparesTheLivingOne() {
        // Given
        HandDrivenSidecar living = join("older", "older-1");
        JsonNode desired = living.awaitAttachment();

        // When
        Api.Answer old =
                send(
                        """
                        {"specversion":"1.0","id":"old","source":"test","subject":"older-1",
                         "type":"io.moor.instance.terminated","time":"2020-01-01T00:00:00Z"}\
                        """);
        Api.Answer other =
                gateway.api()
                        .event(
                                "other-boot",
                                "io.moor.instance.terminated",
                                "older-1",
                                Map.of("bootId", "another"));

        // Then
        assertThat(old.text("result")).isEqualTo("IGNORED");
        assertThat(old.text("detail")).contains("joined later");
        assertThat(other.text("result")).isEqualTo("IGNORED");
        assertThat(attachment(desired).text("state")).isEqualTo("ATTACHING");
    }

    @Test
    void terminationDuringADrainEndsIt() {
        // Given
        HandDrivenSidecar first = join("drained", "drained-1");
        JsonNode desired = first.awaitAttachment();
        gateway.api().post("/v1/instances/drained-1/drain", Map.of("timeoutMs", 1_000));

        // When
        gateway.api().terminated("drained", "drained-1");

        // Then
        assertThat(gateway.api().get("/v1/instances/drained-1").text("state"))
                .isEqualTo("TERMINATED");
        assertThat(attachment(desired).at("/endProof/kind").asText()).isEqualTo("TERMINATED");
        assertThat(
                        gateway.api()
                                .post("/v1/instances/drained-1/drain", Map.of("timeoutMs", 1))
                                .status())
                .isEqualTo(410);
        assertThat(gateway.api().get("/v1/instances/drained-1/receipt").status()).isEqualTo(404);
    }

    @Test
    void unknownTypesAndInstancesAreStoredAndIgnored() throws SQLException {
        // When
        Api.Answer type = gateway.api().event("u-1", "com.example.other", "x", Map.of());
        Api.Answer instance = gateway.api().terminated("u-2", "nobody");

        // Then
        assertThat(type.status()).isEqualTo(202);
        assertThat(type.text("result")).isEqualTo("IGNORED");
        assertThat(instance.text("result")).isEqualTo("IGNORED");
        assertThat(
                        gateway.count(
                                "SELECT count(*) FROM lifecycle_event WHERE event_id IN ('u-1',"
                                        + " 'u-2')"))
                .isEqualTo(2);
    }

    @Test
    void refusesWhatIsNoCloudEvent() {
        assertThat(send("{\"id\":\"x\"}").status()).isEqualTo(400);
        assertThat(
                        send("{\"specversion\":\"0.3\",\"id\":\"x\",\"source\":\"s\",\"type\":\"t\"}")
                                .status())
                .isEqualTo(400);
        assertThat(
                        send("""
                        {"specversion":"1.0","id":"x","source":"s",
                         "type":"io.moor.instance.terminated"}\
                        """)
                                .status())
                .isEqualTo(422);
        assertThat(gateway.api().post("/v1/events", "{}").status()).isEqualTo(415);
    }

    private Api.Answer send(String event) {
        return Api.send(
                gateway.api()
                        .request("/v1/events")
                        .header("Content-Type", "application/cloudevents+json; charset=utf-8")
                        .POST(BodyPublishers.ofString(event)));
    }

    private Api.Answer attachment(JsonNode desired) {
        return gateway.api().get("/v1/attachments/" + desired.path("attachment").asText());
    }
}
