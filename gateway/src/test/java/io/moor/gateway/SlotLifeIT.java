package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.gateway.protocol.DrainOutcome;
import io.moor.gateway.protocol.ObservedAttachment.State;
import io.moor.gateway.protocol.ObservedStream;
import io.moor.gateway.protocol.RegisterRequest;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The life of a slot from its declaration to the receipt, with a sidecar driven by hand. */
@ExtendWith(EmbeddedStackExtension.class)
class SlotLifeIT {

    private GatewayFixture gateway;
    private String join;

    @BeforeEach
    void startGateway(StackEndpoints stack) {
        gateway = GatewayFixture.start(stack, SlotLifeIT.class, Duration.ofSeconds(6));
        declare(1);
        join = HandDrivenSidecar.joinToken(gateway, "orders");
    }

    @AfterEach
    void stopGateway() {
        gateway.close();
    }

    private void declare(int slots) {
        assertThat(
                        gateway.api()
                                .put(
                                        "/v1/groups/orders",
                                        Map.of(
                                                "slots",
                                                slots,
                                                "claims",
                                                List.of(
                                                        Map.of(
                                                                "name", "data",
                                                                "provider", "shared",
                                                                "sizeBytes", 1 << 20))))
                                .status())
                .isIn(200, 201);
    }

    private HandDrivenSidecar register(String instance) {
        return HandDrivenSidecar.register(gateway, join, "orders", instance);
    }

    @Test
    void givesTheVolumeOfTheSlotToWhoeverFillsIt() {
        // When
        HandDrivenSidecar first = register("i-1");
        JsonNode desired = first.awaitAttachment();

        // Then
        assertThat(first.slot).isZero();
        assertThat(desired.path("epoch").asLong()).isEqualTo(1);
        assertThat(desired.path("claim").asText()).isEqualTo("data");
        assertThat(desired.path("volume").asText()).matches("orders-0-data-[a-z2-7]{8}");
        assertThat(desired.path("providerType").asText()).isEqualTo("directory");
        assertThat(desired.path("dirty").asBoolean()).isFalse();
        assertThat(gateway.storage()).isNotEmptyDirectory();
        assertThat(attachment(desired).at("/proof/kind").asText()).isEqualTo("NONE_BEFORE");
    }

    @Test
    void volumeFollowsAfterATerminatedEventDirtyWithTheProofStored() {
        // Given
        HandDrivenSidecar first = register("i-1");
        JsonNode before = first.awaitAttachment();
        first.report(before, State.ATTACHED, "");
        assertThat(attachment(before).text("state")).isEqualTo("ATTACHED");

        // When
        Api.Answer event = gateway.api().terminated("e-1", "i-1");
        HandDrivenSidecar second = register("i-2");
        JsonNode after = second.awaitAttachment();

        // Then
        assertThat(event.status()).isEqualTo(202);
        assertThat(event.text("result")).isEqualTo("APPLIED");
        assertThat(after.path("volume")).isEqualTo(before.path("volume"));
        assertThat(after.path("epoch").asLong()).isEqualTo(2);
        assertThat(after.path("dirty").asBoolean()).isTrue();
        Api.Answer granted = attachment(after);
        assertThat(granted.at("/proof/kind").asText()).isEqualTo("TERMINATED");
        assertThat(granted.at("/proof/previous").asText())
                .isEqualTo(before.path("attachment").asText());
        assertThat(volume(after).at("/dirty").asBoolean()).isTrue();

        // When
        second.report(after, State.ATTACHED, "ext4 clean after journal replay");

        // Then
        assertThat(volume(after).at("/dirty").asBoolean()).isFalse();
        assertThat(attachment(after).text("checkResult"))
                .isEqualTo("ext4 clean after journal replay");
    }

    @Test
    void terminatedIncarnationNeverGetsAnythingAgain() {
        // Given
        HandDrivenSidecar first = register("i-1");
        JsonNode desired = first.awaitAttachment();
        first.report(desired, State.ATTACHED, "");
        gateway.api().terminated("e-1", "i-1");

        // When
        Api.Answer sync = first.sync(first.revision(), 0, List.of());
        Api.Answer again =
                HandDrivenSidecar.tryRegister(
                        gateway, join, new RegisterRequest("i-1", "boot-i-1", "orders", null));

        // Then
        assertThat(sync.status()).isEqualTo(410);
        assertThat(sync.problem()).isEqualTo("incarnation-ended");
        assertThat(again.status()).isEqualTo(410);
    }

    @Test
    void slotOfASilentHolderIsNotFreeAndSaysWhatToDo() {
        // Given
        HandDrivenSidecar first = register("i-1");
        first.awaitAttachment();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        gateway.api().get("/v1/instances/i-1").at("/leaseExpired").asBoolean());

        // When
        Api.Answer refused =
                HandDrivenSidecar.tryRegister(
                        gateway, join, new RegisterRequest("i-2", "boot-i-2", "orders", null));

        // Then
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.problem()).isEqualTo("slot-held");
        assertThat(refused.at("/retryable").asBoolean()).isTrue();
        assertThat(refused.text("detail")).contains("i-1").contains("terminated event");
        JsonNode slot = gateway.api().items("/v1/groups/orders/slots").getFirst();
        assertThat(slot.path("waitingFor").asText())
                .contains("proof that it is gone")
                .contains("terminated event");
    }

    @Test
    void drainEndsInAReceiptAndACleanHandOver() {
        // Given
        HandDrivenSidecar first = register("i-1");
        JsonNode desired = first.awaitAttachment();
        first.report(desired, State.ATTACHED, "");
        first.streams(new ObservedStream("orders/0/i-1/app/log", "logs", 3, 30, 0));

        // When
        Api.Answer ordered =
                gateway.api().post("/v1/instances/i-1/drain", Map.of("timeoutMs", 60_000));
        Api.Answer repeated = gateway.api().post("/v1/instances/i-1/drain", Map.of("timeoutMs", 1));
        JsonNode told = first.awaitDesired(answer -> !answer.path("drain").isNull());

        // Then
        assertThat(ordered.status()).isEqualTo(202);
        assertThat(repeated.text("drain")).isEqualTo(ordered.text("drain"));
        assertThat(told.at("/drain/drain").asText()).isEqualTo(ordered.text("drain"));
        assertThat(told.at("/attachments/0/state").asText()).isEqualTo("ATTACHED");

        // When
        first.report(desired, State.DETACHED, "");
        Api.Answer finished = first.finish(outcome(ordered.text("drain"), desired, true));

        // Then
        assertThat(finished.status()).isEqualTo(200);
        Api.Answer receipt = gateway.api().get("/v1/instances/i-1/receipt");
        assertThat(receipt.at("/problems")).isEmpty();
        assertThat(receipt.at("/complete").asBoolean()).isTrue();
        assertThat(receipt.at("/safeToDestroy").asBoolean()).isTrue();
        assertThat(receipt.at("/volumes/0/released").asBoolean()).isTrue();
        assertThat(gateway.api().get("/v1/instances/i-1").text("state")).isEqualTo("DRAINED");

        // When
        HandDrivenSidecar second = register("i-2");
        JsonNode after = second.awaitAttachment();

        // Then
        assertThat(after.path("epoch").asLong()).isEqualTo(2);
        assertThat(after.path("dirty").asBoolean()).isFalse();
        assertThat(attachment(after).at("/proof/kind").asText()).isEqualTo("RELEASED");
    }

    @Test
    void receiptNeverClaimsAReleaseThatIsNotOnRecord() {
        // Given
        HandDrivenSidecar first = register("i-1");
        JsonNode desired = first.awaitAttachment();
        first.report(desired, State.ATTACHED, "");
        String drain =
                gateway.api()
                        .post("/v1/instances/i-1/drain", Map.of("timeoutMs", 60_000))
                        .text("drain");
        first.awaitDesired(answer -> !answer.path("drain").isNull());

        // When
        first.finish(outcome(drain, desired, true));

        // Then
        Api.Answer receipt = gateway.api().get("/v1/instances/i-1/receipt");
        assertThat(receipt.at("/complete").asBoolean()).isFalse();
        assertThat(receipt.at("/safeToDestroy").asBoolean()).isFalse();
        assertThat(receipt.at("/problems/0").asText()).contains("not on record");
        assertThat(gateway.api().get("/v1/instances/i-1").text("state")).isEqualTo("DRAINING");

        // When
        first.report(desired, State.DETACHED, "");

        // Then
        assertThat(gateway.api().get("/v1/instances/i-1/receipt").at("/safeToDestroy").asBoolean())
                .isTrue();
    }

    @Test
    void restartedSidecarKeepsItsLifeAndGetsAFreshToken() {
        // Given
        HandDrivenSidecar first = register("i-1");
        JsonNode desired = first.awaitAttachment();

        // When
        HandDrivenSidecar again = register("i-1");

        // Then
        assertThat(again.incarnation).isEqualTo(first.incarnation);
        assertThat(again.awaitAttachment()).isEqualTo(desired);
        assertThat(first.sync(0, 0, List.of()).status()).isEqualTo(401);
    }

    private static DrainOutcome outcome(String drain, JsonNode desired, boolean released) {
        return new DrainOutcome(
                drain,
                true,
                List.of(
                        new DrainOutcome.Stream(
                                "orders/0/i-1/app/log", "logs", 3, 30, true, true, List.of())),
                List.of(
                        new DrainOutcome.Volume(
                                desired.path("volume").asText(),
                                desired.path("epoch").asLong(),
                                released,
                                "")),
                List.of());
    }

    private Api.Answer attachment(JsonNode desired) {
        return gateway.api().get("/v1/attachments/" + desired.path("attachment").asText());
    }

    private Api.Answer volume(JsonNode desired) {
        return gateway.api().get("/v1/volumes/" + desired.path("volume").asText());
    }
}
