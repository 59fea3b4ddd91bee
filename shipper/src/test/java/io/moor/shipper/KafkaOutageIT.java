package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.StackControl;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Kafka dies and comes back while files are written, rotated and deleted. */
class KafkaOutageIT {

    @TempDir Path work;

    @AfterEach
    void stop() throws IOException {
        StackControl.of(work.resolve("stack")).stop();
    }

    @Test
    void waitsForKafkaAndKeepsDeletedFilesOpen() throws Exception {
        StackControl stack = StackControl.of(work.resolve("stack"));
        ShippingRig rig = new ShippingRig(work, stack.start().kafka());
        rig.write("app.log", "1\n");
        try (Shipper shipper = rig.start()) {
            rig.awaitLines(shipper, 1);
            rig.write("app.log", "2\n");
            stack.killServer();
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
            stack.start();

            rig.awaitLines(shipper, 4);
            assertThat(shipper.drain(Duration.ofSeconds(30)).complete()).isTrue();
        }

        assertThat(rig.values("app.log")).containsExactly("1", "2", "3", "4");
        assertThat(rig.verdict("app.log"))
                .returns(true, StreamVerdict::holds)
                .returns(true, StreamVerdict::sealed);
    }
}
