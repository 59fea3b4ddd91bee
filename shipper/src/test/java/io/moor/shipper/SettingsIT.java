package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.SourceConfig.Oversized;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Rows 19, 20 and 22 of the catalogue of losses: scratch that is gone, settings that change, and
 * files that are older than what the topic keeps.
 */
@ExtendWith(EmbeddedStackExtension.class)
class SettingsIT {

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
    }

    /** Row 19: the disk of the server is gone with everything but the logs, and their names. */
    @Test
    void nothingIsShippedAgainWhenTheStateDirectoryIsLost() throws Exception {
        rig.write("app.log", "1\nhalf");
        assertThat(rig.untilEof().complete()).isTrue();
        Path state = rig.config(true).state();
        try (var files = Files.list(state)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(state);
        rig.write("app.log", " of it\n2\n");

        assertThat(rig.untilEof().complete()).isTrue();
        assertThat(rig.values("app.log")).containsExactly("1", "half", " of it", "2");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    /** Row 20: whatever is set otherwise, what was shipped stays shipped. */
    @Test
    void nothingIsShippedAgainWhenSettingsChange() throws Exception {
        rig.write("app.log", "1\n22\n");
        rig.write("more.log", "m\n");
        ship(source(List.of("*.log"), List.of(), 1 << 20, Oversized.SPLIT), Map.of());

        rig.write("app.log", "333\n");
        ship(source(List.of("app*", "**/a*.log"), List.of(), 1 << 20, Oversized.SPLIT), Map.of());
        rig.write("app.log", "4444\n");
        ship(source(List.of("*"), List.of("more.log"), 1 << 10, Oversized.DEAD_LETTER), Map.of());
        rig.write("app.log", "55555\n");
        ship(
                source(List.of("*.log"), List.of("*.gz"), 1 << 20, Oversized.SPLIT),
                Map.of("compression.type", "zstd", "linger.ms", "7", "client.id", "other"));
        rig.write("more.log", "mm\n");
        ship(source(List.of("m*.log", "*.log"), List.of(), 4, Oversized.SPLIT), Map.of());

        assertThat(rig.values("app.log")).containsExactly("1", "22", "333", "4444", "55555");
        assertThat(rig.values("more.log")).containsExactly("m", "mm");
        assertThat(rig.verify().streams()).hasSize(2).allMatch(stream -> stream.holds());
    }

    /** Row 20: from one guarantee to the other and back. */
    @Test
    void nothingIsShippedAgainWhenTheGuaranteeChanges() throws Exception {
        rig.write("app.log", "1\n");
        ship(rig.config(false));
        rig.write("app.log", "2\n");
        ship(ShippingRig.atLeastOnce(rig.config(false)));
        rig.write("app.log", "3\n");
        ship(rig.config(false));

        assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
    }

    /** Row 22: Kafka deletes, or refuses, what is older than it keeps; reading is never old. */
    @Test
    void anOldFileIsNotTooOldForItsTopic() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            NewTopic strict =
                    new NewTopic(rig.topic, 1, (short) 1)
                            .configs(
                                    Map.of(
                                            "message.timestamp.before.max.ms", "600000",
                                            "message.timestamp.after.max.ms", "600000",
                                            "retention.ms", "600000"));
            admin.createTopics(List.of(strict)).all().get();
        }
        Path old = rig.write("old.log", "2001-01-01T00:00:00Z an old line\n");
        Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));

        assertThat(rig.untilEof().complete()).isTrue();
        assertThat(rig.values("old.log")).containsExactly("2001-01-01T00:00:00Z an old line");
    }

    @Test
    void aFileOfTwoSourcesIsShippedOnceByTheFirst() throws Exception {
        rig.write("app.log", "1\n");
        List<SourceConfig> sources =
                List.of(
                        rig.source("logs", "*.log", rig.topic),
                        rig.source("second", "app*", rig.topic));
        ship(rig.config(sources));
        rig.write("app.log", "2\n");
        rig.write("app.txt", "t\n");
        ship(rig.config(sources));

        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.lines()).hasSize(3);
    }

    /** 4 MB of one line: what the broker keeps of it tells whether it was compressed. */
    @ParameterizedTest
    @CsvSource({"none,4000000,9000000", "lz4,0,1000000", "zstd,0,1000000"})
    void linesAreCompressedAsAskedFor(String type, long least, long most) throws Exception {
        rig.write("app.log", ("x".repeat(399) + "\n").repeat(10_000));
        ship(rig.config("state", Map.of("compression.type", type)));

        assertThat(rig.verdict("app.log")).matches(stream -> stream.holds() && stream.sealed());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            long size =
                    admin
                            .describeLogDirs(
                                    admin.describeCluster().nodes().get().stream()
                                            .map(Node::id)
                                            .toList())
                            .allDescriptions()
                            .get()
                            .values()
                            .stream()
                            .flatMap(broker -> broker.values().stream())
                            .flatMap(disk -> disk.replicaInfos().entrySet().stream())
                            .filter(replica -> replica.getKey().topic().equals(rig.topic))
                            .mapToLong(replica -> replica.getValue().size())
                            .sum();
            assertThat(size).isBetween(least, most);
        }
    }

    private SourceConfig source(
            List<String> globs, List<String> exclude, int maxLine, Oversized oversized) {
        return new SourceConfig(
                "logs",
                globs.stream().map(glob -> rig.logs + "/" + glob).toList(),
                exclude,
                rig.topic,
                maxLine,
                oversized);
    }

    private void ship(SourceConfig source, Map<String, String> properties) throws Exception {
        ship(ShippingRig.withSources(rig.config("state", properties), List.of(source)));
    }

    private static void ship(ShipperConfig config) throws Exception {
        try (Shipper shipper = Shippers.start(ShippingRig.untilEof(config))) {
            DrainReport report = shipper.ended().get();
            assertThat(report.complete()).as(report.toString()).isTrue();
        }
    }
}
