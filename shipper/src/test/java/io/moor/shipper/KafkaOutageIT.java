package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.broker.BrokerProcess;
import io.moor.shipper.verify.StreamVerdict;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Kafka dies and comes back while files are written, rotated and deleted. */
class KafkaOutageIT {

    @TempDir Path work;

    @ParameterizedTest
    @EnumSource
    void waitsForKafkaAndKeepsDeletedFilesOpen(Sink sink) throws Exception {
        try (BrokerProcess broker = BrokerProcess.in(work.resolve("kafka"))) {
            outage(broker, sink);
        }
    }

    private void outage(BrokerProcess broker, Sink sink) throws Exception {
        ShippingRig rig = new ShippingRig(work, broker.address()).with(sink);
        rig.write("app.log", "1\n");
        Map<String, String> impatient =
                Map.of(
                        "max.block.ms",
                        "3000",
                        "request.timeout.ms",
                        "1000",
                        "delivery.timeout.ms",
                        "2000");
        try (Shipper shipper = Shippers.start(rig.config("state", impatient))) {
            rig.awaitLines(shipper, 1);
            rig.write("app.log", "2\n");
            broker.kill();
            rig.write("app.log", "3\n");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !shipper.status().waitingFor().isEmpty());
            rig.move("app.log", "app.log.1");
            rig.write("app.log", "4\n");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> shipper.status().streams().getFirst().behindBytes() >= 4);
            Files.delete(rig.logs.resolve("app.log.1"));
            broker.start();

            rig.awaitLines(shipper, 4);
            assertThat(shipper.drain(Duration.ofSeconds(30)).complete()).isTrue();
        }

        assertThat(rig.values("app.log")).containsExactly("1", "2", "3", "4");
        assertThat(rig.verdict("app.log"))
                .returns(true, StreamVerdict::holds)
                .returns(true, StreamVerdict::sealed);
    }
}
