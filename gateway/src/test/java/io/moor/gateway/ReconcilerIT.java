package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** What the loop makes of rows that a crash or a failing provider leaves behind. */
@ExtendWith(EmbeddedStackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReconcilerIT {

    private static final String INTENT =
            """
            INSERT INTO volume (volume_id, provider, size_bytes, state, attempts)
            VALUES (?, 'shared', 1048576, ?, 0)\
            """;

    private GatewayFixture gateway;

    @BeforeAll
    void startGateway(StackEndpoints stack) {
        gateway = GatewayFixture.start(stack, ReconcilerIT.class, Duration.ofSeconds(15));
    }

    @AfterAll
    void stopGateway() {
        gateway.close();
    }

    @Test
    void finishesACreationThatWasOnlyIntended() throws SQLException {
        // When
        gateway.update(INTENT, "intended", "CREATING");

        // Then
        awaitState("intended", "AVAILABLE");
    }

    @Test
    void finishesACreationWhoseResultWasNeverRecorded() throws SQLException {
        // Given
        gateway.update(INTENT, "unrecorded", "CREATING");
        awaitState("unrecorded", "AVAILABLE");

        // When
        gateway.update("UPDATE volume SET state = 'CREATING' WHERE volume_id = 'unrecorded'");

        // Then
        awaitState("unrecorded", "AVAILABLE");
    }

    @Test
    void finishesADeletionOfWhatIsGoneAlready() throws SQLException {
        // When
        gateway.update(INTENT, "never-made", "DELETING");

        // Then
        awaitState("never-made", "DELETED");
    }

    @Test
    void leavesAVolumeAloneThatAnotherGatewayWorksOn() throws SQLException {
        try (var other = gateway.connect();
                var statement = other.createStatement()) {
            // Given
            statement.execute("SELECT pg_advisory_lock(x'4d6f6f72'::int, hashtext('locked'))");

            // When
            gateway.update(INTENT, "locked", "CREATING");
            gateway.update(INTENT, "beside", "CREATING");
            awaitState("beside", "AVAILABLE");

            // Then
            assertThat(gateway.api().get("/v1/volumes/locked").text("state")).isEqualTo("CREATING");
        }

        // Then
        awaitState("locked", "AVAILABLE");
    }

    @Test
    void saysWhyAProviderFailsAndGoesOnWhenItWorksAgain() throws IOException {
        // Given
        Path away = gateway.storage().resolveSibling(gateway.storage().getFileName() + "-away");
        Files.move(gateway.storage(), away);
        Files.writeString(gateway.storage(), "in the way");

        // When
        String volume;
        try {
            volume =
                    gateway.api()
                            .post(
                                    "/v1/volumes",
                                    Map.of(
                                            "name", "failing",
                                            "provider", "shared",
                                            "sizeBytes", 1 << 20))
                            .text("volume");
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(gateway.api().get("/v1/volumes/" + volume))
                                    .satisfies(answer ->
                                            assertThat(answer.text("waitingFor"))
                                                    .contains("failed")));
        } finally {
            Files.delete(gateway.storage());
            Files.move(away, gateway.storage());
        }

        // Then
        awaitState(volume, "AVAILABLE");
        assertThat(gateway.api().get("/v1/volumes/" + volume).at("/lastFailure").isNull()).isTrue();
    }

    @Test
    void grantsAfterACrashBetweenRegistrationAndGrant() throws SQLException {
        // Given
        String join = gateway.declare("crash", 1);
        HandDrivenSidecar sidecar = HandDrivenSidecar.register(gateway, join, "crash", "crash-1");
        JsonNode desired = sidecar.awaitAttachment();

        // When: the grant's transaction did not commit, so its rows and the epoch are not there
        gateway.update(
                "DELETE FROM attachment WHERE attachment_id = ?",
                desired.path("attachment").asText());
        gateway.update(
                "UPDATE volume SET epoch = 0 WHERE volume_id = ?", desired.path("volume").asText());

        // Then
        JsonNode again =
                sidecar.awaitDesired(answer ->
                                answer.path("attachments").size() == 1
                                        && !answer.at("/attachments/0/attachment")
                                                .equals(desired.path("attachment")))
                        .at("/attachments/0");
        assertThat(again.path("epoch").asLong()).isEqualTo(1);
    }

    @Test
    void neverGrantsWhenTheHolderOfTheNewestEpochIsUnknown() throws SQLException {
        // Given
        String join = gateway.declare("amnesia", 1);
        Awaitility.await()
                .until(() ->
                        gateway.count(
                                        "SELECT count(*) FROM volume WHERE group_name ="
                                                + " 'amnesia' AND state = 'AVAILABLE'")
                                == 1);
        gateway.update("UPDATE volume SET epoch = 41 WHERE group_name = 'amnesia'");

        // When
        HandDrivenSidecar.register(gateway, join, "amnesia", "amnesia-1");
        gateway.declare("amnesia-next", 1);
        Awaitility.await()
                .until(() ->
                        gateway.count(
                                        "SELECT count(*) FROM volume WHERE group_name ="
                                                + " 'amnesia-next' AND state = 'AVAILABLE'")
                                == 1);

        // Then
        assertThat(
                        gateway.count(
                                "SELECT count(*) FROM attachment WHERE volume_id LIKE"
                                        + " 'amnesia-0%'"))
                .isZero();
    }

    private void awaitState(String volume, String state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(gateway.api().get("/v1/volumes/" + volume).text("state"))
                                .isEqualTo(state));
    }
}
