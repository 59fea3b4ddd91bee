package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.gateway.protocol.ObservedAttachment;
import io.moor.gateway.protocol.ObservedAttachment.State;
import io.moor.gateway.protocol.RegisterRequest;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Who may write: what the schema, compare-and-set and proofs allow and refuse. */
@ExtendWith(EmbeddedStackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnershipIT {

    private static final String INSERT =
            """
            INSERT INTO attachment (attachment_id, volume_id, incarnation, mode, path, epoch, state,
                                    proof, proof_detail, previous, dirty)
            SELECT 'at-forged', volume_id, incarnation, 'RW', '', epoch + 1, 'ATTACHING',
                   'RELEASED', 'forged', attachment_id, false
              FROM attachment WHERE attachment_id = ?\
            """;

    private GatewayFixture gateway;

    @BeforeAll
    void startGateway(StackEndpoints stack) {
        gateway = GatewayFixture.start(stack, OwnershipIT.class, Duration.ofSeconds(15));
    }

    @AfterAll
    void stopGateway() {
        gateway.close();
    }

    @Test
    void schemaRefusesASecondWriter() {
        // Given
        HandDrivenSidecar holder = join("i1", 1);
        String attachment = holder.awaitAttachment().path("attachment").asText();

        // When, Then
        assertThatThrownBy(() -> gateway.update(INSERT, attachment))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("attachment_one_");
    }

    @Test
    void staleReportsChangeNothingAndAreRecordedOnce() throws SQLException {
        // Given
        HandDrivenSidecar holder = join("stale", 1);
        JsonNode desired = holder.awaitAttachment();
        holder.report(desired, State.ATTACHED, "");
        var old = observed(desired, desired.path("epoch").asLong(), State.DETACHED);
        gateway.api().post(evict(desired), Map.of("operator", "ada", "reason", "pulled the plug"));
        String id = desired.path("attachment").asText();
        long before = changes(id);
        gateway.update(
                "UPDATE instance SET state = 'ACTIVE', ended_at = NULL WHERE incarnation = ?",
                holder.incarnation);

        // When
        holder.sync(holder.revision(), 0, List.of(old));
        holder.sync(holder.revision(), 0, List.of(old));

        // Then
        assertThat(gateway.api().get("/v1/attachments/" + id).at("/endProof/kind").asText())
                .isEqualTo("OPERATOR");
        assertThat(changes(id)).isEqualTo(before + 1);
        assertThat(
                        gateway.count(
                                "SELECT count(*) FROM audit WHERE object_id = ? AND action = ?",
                                id,
                                "attachment.late-report"))
                .isEqualTo(1);
    }

    @Test
    void reportFromTheFutureQuarantinesTheVolume() {
        // Given
        HandDrivenSidecar holder = join("future", 1);
        JsonNode desired = holder.awaitAttachment();

        // When
        holder.sync(holder.revision(), 0, List.of(observed(desired, 7, State.ATTACHED)));

        // Then
        Api.Answer volume = gateway.api().get("/v1/volumes/" + desired.path("volume").asText());
        assertThat(volume.text("state")).isEqualTo("QUARANTINED");
        assertThat(volume.text("waitingFor")).contains("operator").contains("epoch 7");
    }

    @Test
    void detachedIsNoReleaseBeforeTheSidecarKnowsThatItShallLetGo() {
        // Given
        HandDrivenSidecar holder = join("early", 1);
        JsonNode desired = holder.awaitAttachment();
        long before = holder.revision();
        gateway.api().post("/v1/instances/" + holder.instance + "/drain", Map.of("timeoutMs", 1));

        // When
        holder.sync(before, 0, List.of(observed(desired, 1, State.DETACHED)));

        // Then
        assertThat(state(desired)).isEqualTo("ATTACHING");

        // When
        holder.sync(0);
        holder.sync(holder.revision(), 0, List.of(observed(desired, 1, State.DETACHED)));

        // Then
        assertThat(state(desired)).isEqualTo("DETACHED");
    }

    @Test
    void evictionNeedsANamedPersonAndFreesTheSlot() {
        // Given
        HandDrivenSidecar holder = join("evict", 1);
        JsonNode desired = holder.awaitAttachment();
        holder.report(desired, State.ATTACHED, "");

        // When
        Api.Answer nameless = gateway.api().post(evict(desired), Map.of("reason", "dead"));
        Api.Answer evicted =
                gateway.api()
                        .post(evict(desired), Map.of("operator", "ada", "reason", "rack burnt"));
        Api.Answer again =
                gateway.api().post(evict(desired), Map.of("operator", "bob", "reason", "too"));

        // Then
        assertThat(nameless.status()).isEqualTo(400);
        assertThat(evicted.at("/endProof/kind").asText()).isEqualTo("OPERATOR");
        assertThat(again.body()).isEqualTo(evicted.body());
        assertThat(holder.sync(0, 0, List.of()).status()).isEqualTo(410);
        JsonNode next = join("evict", 1, "evict-2").awaitAttachment();
        assertThat(next.path("epoch").asLong()).isEqualTo(2);
        assertThat(next.path("dirty").asBoolean()).isTrue();
        assertThat(
                        gateway.api()
                                .get("/v1/attachments/" + next.path("attachment").asText())
                                .at("/proof/detail")
                                .asText())
                .contains("ada")
                .contains("rack burnt");
    }

    @Test
    void evictedHolderKeepsItsOtherVolumesAndGetsNothingNew() {
        // Given
        HandDrivenSidecar holder = join("partly", 1);
        JsonNode data = holder.awaitAttachment();
        String extra = readyVolume("extra");
        Api.Answer attached = attach(extra, holder.instance, "/srv/extra");

        // When
        gateway.api()
                .post(
                        "/v1/attachments/" + attached.text("attachment") + "/evict",
                        Map.of("operator", "ada", "reason", "umounted by hand"));

        // Then
        Api.Answer instance = gateway.api().get("/v1/instances/" + holder.instance);
        assertThat(instance.text("state")).isEqualTo("ACTIVE");
        assertThat(instance.at("/evicted").asBoolean()).isTrue();
        assertThat(instance.text("waitingFor")).contains("evicted");
        assertThat(state(data)).isEqualTo("ATTACHING");
        Api.Answer refused = attach(extra, holder.instance, "/srv/extra");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("detail")).contains("evicted");
    }

    @Test
    void volumeOfItsOwnIsCreatedAttachedDetachedAndDeleted() {
        // Given
        HandDrivenSidecar holder = join("own", 1);
        holder.awaitAttachment();
        String volume = readyVolume("scratch");

        // When
        Api.Answer attached = attach(volume, holder.instance, "/srv/scratch");
        Api.Answer repeated = attach(volume, holder.instance, "/srv/scratch");
        Api.Answer elsewhere = attach(volume, holder.instance, "/srv/other");
        Api.Answer deleted = gateway.api().delete("/v1/volumes/" + volume);

        // Then
        assertThat(attached.status()).isEqualTo(202);
        assertThat(repeated.text("attachment")).isEqualTo(attached.text("attachment"));
        assertThat(elsewhere.status()).isEqualTo(409);
        assertThat(deleted.status()).isEqualTo(409);
        JsonNode desired =
                holder.awaitDesired(answer -> answer.path("attachments").size() == 2)
                        .path("attachments")
                        .valueStream()
                        .filter(one -> one.path("volume").asText().equals(volume))
                        .findFirst()
                        .orElseThrow();
        assertThat(desired.path("path").asText()).isEqualTo("/srv/scratch");

        // When
        holder.report(desired, State.ATTACHED, "");
        gateway.api().delete("/v1/attachments/" + attached.text("attachment"));
        JsonNode told =
                holder.awaitDesired(answer ->
                        answer.path("attachments")
                                .valueStream()
                                .anyMatch(one -> one.path("state").asText().equals("DETACHED")));
        holder.report(desired, State.DETACHED, "");

        // Then
        assertThat(told.path("attachments")).hasSize(2);
        assertThat(state(desired)).isEqualTo("DETACHED");
        assertThat(gateway.api().delete("/v1/volumes/" + volume).status()).isEqualTo(202);
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(gateway.api().get("/v1/volumes/" + volume).text("state"))
                                .isEqualTo("DELETED"));
    }

    @Test
    void volumesOfASlotCannotBeMovedOrDeletedByHand() {
        // Given
        HandDrivenSidecar holder = join("slotted", 1);
        JsonNode desired = holder.awaitAttachment();
        String volume = desired.path("volume").asText();

        // When, Then
        assertThat(attach(volume, holder.instance, "/x").status()).isEqualTo(409);
        assertThat(
                        gateway.api()
                                .delete("/v1/attachments/" + desired.path("attachment").asText())
                                .text("detail"))
                .contains("drain");
        gateway.api().terminated("gone-slotted", holder.instance);
        assertThat(gateway.api().delete("/v1/volumes/" + volume).text("detail"))
                .contains("slotted/0");
        assertThat(gateway.api().delete("/v1/groups/slotted").status()).isEqualTo(204);
        assertThat(gateway.api().get("/v1/volumes/" + volume).text("state")).isEqualTo("AVAILABLE");
        assertThat(gateway.api().delete("/v1/volumes/" + volume).status()).isEqualTo(202);
    }

    @Test
    void rebootIsAnotherLifeThatWaitsForProofAboutTheFirst() {
        // Given
        HandDrivenSidecar first = join("reboot", 1);
        JsonNode before = first.awaitAttachment();
        String token = HandDrivenSidecar.joinToken(gateway, "reboot");

        // When
        Api.Answer refused = registerLife(token, "reboot", first.instance, "boot-2");
        gateway.api()
                .event(
                        "rebooted",
                        "io.moor.instance.terminated",
                        first.instance,
                        Map.of("incarnation", first.incarnation));
        Api.Answer second = registerLife(token, "reboot", first.instance, "boot-2");

        // Then
        assertThat(refused.problem()).isEqualTo("slot-held");
        assertThat(refused.text("detail")).contains(first.incarnation);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.text("incarnation")).isNotEqualTo(first.incarnation);
        assertThat(state(before)).isEqualTo("DETACHED");
    }

    private Api.Answer registerLife(String token, String group, String instance, String boot) {
        return HandDrivenSidecar.tryRegister(
                gateway, token, new RegisterRequest(instance, boot, group, null));
    }

    private HandDrivenSidecar join(String group, int slots) {
        return join(group, slots, group + "-1");
    }

    private HandDrivenSidecar join(String group, int slots, String instance) {
        return HandDrivenSidecar.register(gateway, gateway.declare(group, slots), group, instance);
    }

    private String readyVolume(String name) {
        String id =
                gateway.api()
                        .post(
                                "/v1/volumes",
                                Map.of("name", name, "provider", "shared", "sizeBytes", 1 << 20))
                        .text("volume");
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(gateway.api().get("/v1/volumes/" + id).text("state"))
                                .isEqualTo("AVAILABLE"));
        return id;
    }

    private Api.Answer attach(String volume, String instance, String path) {
        return gateway.api()
                .post(
                        "/v1/volumes/" + volume + "/attachments",
                        Map.of("instance", instance, "path", path));
    }

    private long changes(String id) throws SQLException {
        return gateway.count("SELECT count(*) FROM audit WHERE object_id = ?", id);
    }

    private String state(JsonNode desired) {
        return gateway.api()
                .get("/v1/attachments/" + desired.path("attachment").asText())
                .text("state");
    }

    private static String evict(JsonNode desired) {
        return "/v1/attachments/" + desired.path("attachment").asText() + "/evict";
    }

    private static ObservedAttachment observed(JsonNode desired, long epoch, State state) {
        return new ObservedAttachment(
                desired.path("attachment").asText(),
                desired.path("volume").asText(),
                epoch,
                state,
                "",
                "");
    }
}
