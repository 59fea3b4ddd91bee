package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.broker.FaultyBroker;
import io.moor.shipper.broker.FaultyTransport;
import io.moor.shipper.broker.FaultyTransport.Fault;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What the direct sink has to do by itself, against a broker. */
class DirectSinkIT {

    @TempDir static Path shared;
    @TempDir Path work;

    private static FaultyBroker broker;
    private static FaultyTransport network;
    private static Admin admin;

    private ShippingRig rig;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = FaultyBroker.start(shared.resolve("kafka"), Map.of());
        network = broker.network();
        admin = Admin.create(Map.of("bootstrap.servers", broker.address()));
    }

    @AfterAll
    static void stopBroker() throws IOException {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void prepare() throws IOException {
        network.mend();
        rig = new ShippingRig(work, broker.address()).with(Sink.DIRECT);
    }

    /** And a shipper that began before an upgrade goes on after it. */
    @Test
    void partitionsAreAnnouncedWhereTheProtocolIsOlder() throws Exception {
        transactionVersion(1, UpgradeType.SAFE_DOWNGRADE);
        admin.createTopics(List.of(new NewTopic(rig.topic, 3, (short) 1))).all().get();
        List<String> expected = new ArrayList<>();
        int announced = network.seen(ApiKeys.ADD_PARTITIONS_TO_TXN);
        try (Shipper shipper = Shippers.start(rig.config("state", impatient()))) {
            for (int round = 1; round <= 5; round++) {
                if (round == 3) {
                    network.loseResponses(ApiKeys.END_TXN, Fault.CUT);
                } else if (round == 5) {
                    transactionVersion(2, UpgradeType.UPGRADE);
                }
                for (int file = 0; file < 6; file++) {
                    rig.write(file + ".log", "line " + round + "\n");
                }
                expected.add("line " + round);
                if (round == 3) {
                    waitsFor(shipper);
                    network.mend();
                }
                rig.awaitLines(shipper, 6L * round);
            }
            assertThat(network.seen(ApiKeys.ADD_PARTITIONS_TO_TXN)).isGreaterThan(announced);
            assertThat(shipper.drain(Duration.ofSeconds(30)).complete()).isTrue();
        } finally {
            transactionVersion(2, UpgradeType.UPGRADE);
        }
        for (int file = 0; file < 6; file++) {
            assertThat(rig.values(file + ".log")).isEqualTo(expected);
            assertThat(rig.verdict(file + ".log").holds()).isTrue();
        }
    }

    @Test
    void partitionsJoinByThemselvesWhereTheProtocolIsNew() throws Exception {
        int announced = network.seen(ApiKeys.ADD_PARTITIONS_TO_TXN);
        rig.write("app.log", "1\n");
        try (Shipper shipper = Shippers.start(rig.config("state", impatient()))) {
            rig.awaitLines(shipper, 1);
            rig.write("app.log", "2\n");
            rig.awaitLines(shipper, 2);
        }
        assertThat(network.seen(ApiKeys.ADD_PARTITIONS_TO_TXN)).isEqualTo(announced);
        assertThat(rig.values("app.log")).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCompression(String type) throws Exception {
        List<String> lines = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < 4_000; i++) {
            // Long enough for several batches, and some that are longer than one.
            lines.add(Long.toHexString(random.nextLong()).repeat(i % 1_000 == 7 ? 40_000 : i % 30));
        }
        rig.write("app.log", String.join("\n", lines) + "\n");
        ShipperConfig config =
                ShippingRig.untilEof(rig.config("state", Map.of("compression.type", type)));
        try (Shipper shipper = Shippers.start(config)) {
            assertThat(shipper.ended().get().complete()).isTrue();
        }
        assertThat(rig.values("app.log")).isEqualTo(lines);
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    @Test
    void oneSinkGoesOnWhereTheOtherWas() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (Sink sink : Sink.values()) {
                rig.write("app.log", sink + " " + round + "\n");
                expected.add(sink + " " + round);
                assertThat(rig.with(sink).untilEof().complete()).isTrue();
            }
        }
        assertThat(rig.values("app.log")).isEqualTo(expected);
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    /** A broker that is asked too much says how long to leave it alone: some two seconds here. */
    @Test
    void aThrottledShipperIsSlowAndComplete() throws Exception {
        admin.alterClientQuotas(
                        List.of(
                                new ClientQuotaAlteration(
                                        new ClientQuotaEntity(
                                                Map.of(ClientQuotaEntity.CLIENT_ID, rig.topic)),
                                        List.of(
                                                new ClientQuotaAlteration.Op(
                                                        "producer_byte_rate", 41_000.0)))))
                .all()
                .get();
        Map<String, String> slow = Map.of("client.id", rig.topic, "compression.type", "none");
        String much = "x".repeat(500_000);
        rig.write("app.log", much + "\n");
        try (Shipper shipper = Shippers.start(rig.config("state", slow))) {
            rig.awaitLines(shipper, 1);
            long begun = System.nanoTime();
            rig.write("app.log", "2\n");
            rig.awaitLines(shipper, 2);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isGreaterThan(Duration.ofMillis(400));
        }
        assertThat(rig.values("app.log")).containsExactly(much, "2");
    }

    private static Map<String, String> impatient() {
        return Map.of(
                "bootstrap.servers",
                broker.behind(),
                "max.block.ms",
                "3000",
                "request.timeout.ms",
                "2000",
                "delivery.timeout.ms",
                "4000");
    }

    private static void waitsFor(Shipper shipper) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !shipper.status().waitingFor().isEmpty());
    }

    private static void transactionVersion(int level, UpgradeType type) throws Exception {
        admin.updateFeatures(
                        Map.of("transaction.version", new FeatureUpdate((short) level, type)),
                        new UpdateFeaturesOptions())
                .all()
                .get();
    }
}
