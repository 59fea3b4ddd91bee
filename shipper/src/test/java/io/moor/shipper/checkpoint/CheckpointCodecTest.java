package io.moor.shipper.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.Evidence;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.stream.OpenLine;
import io.moor.shipper.stream.SkippedRange;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Set;

class CheckpointCodecTest {

    private static final Instant TIME = Instant.parse("2026-11-21T07:00:00.123456789Z");

    private final GenerationCheckpoint over =
            new GenerationCheckpoint(
                    "4f1c09d2aa310b7e",
                    "var/log/app.log.1",
                    41,
                    3,
                    33,
                    0xCAFEBABE,
                    OpenLine.NONE,
                    TIME,
                    null,
                    41,
                    End.ROTATED,
                    evidence(41),
                    List.of(new SkippedRange(12, 20, "drop")));
    private final GenerationCheckpoint open =
            new GenerationCheckpoint(
                    "9a20c4417e55d013",
                    "var/log/app.log",
                    36,
                    2,
                    36,
                    1,
                    OpenLine.PARTIAL,
                    null,
                    "4f1c09d2aa310b7e",
                    40,
                    null,
                    evidence(36),
                    List.of());
    private final StreamCheckpoint checkpoint =
            new StreamCheckpoint(
                    "origin",
                    "-/-/h/logs/var/log/app.log",
                    "logs",
                    3,
                    "logs",
                    7,
                    false,
                    new Totals(2, 100, 1000),
                    List.of(over, open));

    @Test
    void readsWhatItWrote() throws Exception {
        byte[] json = CheckpointCodec.encode(checkpoint, TIME);

        assertThat(CheckpointCodec.decode("k", json)).isEqualTo(checkpoint);
        assertThat(checkpoint.lines()).isEqualTo(105);
        assertThat(checkpoint.bytes()).isEqualTo(1069);
        assertThat(checkpoint.behind()).isEqualTo(4);
    }

    @Test
    void ignoresFieldsItDoesNotKnow() throws Exception {
        String json =
                new String(CheckpointCodec.encode(checkpoint, TIME), UTF_8)
                        .replaceFirst("\\{", "{\"later\":{\"a\":1},");

        assertThat(CheckpointCodec.decode("k", json.getBytes(UTF_8))).isEqualTo(checkpoint);
    }

    @Test
    void refusesAnotherVersionAndDamage() {
        String json = new String(CheckpointCodec.encode(checkpoint, TIME), UTF_8);
        for (String damaged :
                List.of(
                        json.replace("\"v\":1", "\"v\":2"),
                        json.replace("\"offset\":36", "\"offset\":\"x\""),
                        json.replace("\"offset\":36", "\"offset\":3"),
                        json.replace("crc32c:", "md5:"),
                        json.substring(0, json.length() / 2),
                        "")) {
            assertThatThrownBy(() -> CheckpointCodec.decode("key", damaged.getBytes(UTF_8)))
                    .as(damaged)
                    .isInstanceOf(CheckpointDamagedException.class)
                    .hasMessageContaining("'key'");
        }
    }

    @Test
    void readsClaims() throws Exception {
        OwnerClaim claim = new OwnerClaim("incarnation", 3, "host", Set.of("logs", "others"));

        assertThat(CheckpointCodec.decodeClaim("k", CheckpointCodec.encode(claim)))
                .isEqualTo(claim);
    }

    @Test
    void readsClaimsOfEarlierVersionsWhichNameNoTopics() throws Exception {
        byte[] earlier =
                "{\"v\":1,\"incarnation\":\"i\",\"ownerEpoch\":3,\"host\":\"h\"}".getBytes(UTF_8);

        assertThat(CheckpointCodec.decodeClaim("k", earlier))
                .isEqualTo(new OwnerClaim("i", 3, "h"));
    }

    private static Evidence evidence(int length) {
        return new Evidence(
                new PhysicalId("2@x", 64, 12, TIME),
                new ContentEvidence(length, length, "aa", length, "bb"));
    }
}
