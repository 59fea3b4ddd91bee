package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Natural batching. Transactions are counted in the topic: each leaves one marker in its partition,
 * which takes an offset.
 */
@ExtendWith(EmbeddedStackExtension.class)
class PacingIT {

    @TempDir Path work;
    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws Exception {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            admin.createTopics(List.of(new NewTopic(rig.topic, 1, (short) 1))).all().get();
        }
    }

    @Test
    void anIdleShipperCommitsALineAtOnce() throws Exception {
        rig.write("app.log", "0\n");
        try (Shipper shipper = rig.start()) {
            rig.awaitLines(shipper, 1);
            long before = transactions(1);
            for (int line = 1; line <= 10; line++) {
                rig.write("app.log", line + "\n");
                rig.awaitLines(shipper, line + 1L);
            }
            assertThat(transactions(11) - before).isEqualTo(10);
        }
    }

    @Test
    void manySmallAppendsMakeAtMostAHundredTransactionsASecond() throws Exception {
        rig.write("app.log", "");
        try (Shipper shipper = rig.start()) {
            long begin = System.nanoTime();
            int lines = 1_500;
            for (int line = 0; line < lines; line++) {
                rig.write("app.log", line + "\n");
                LockSupport.parkNanos(1_000_000);
            }
            rig.awaitLines(shipper, lines);
            double seconds = (System.nanoTime() - begin) / 1e9;
            assertThat(transactions(lines)).isLessThanOrEqualTo((long) (100 * seconds) + 1);
        }
    }

    @Test
    void aBusyShipperMakesLargeTransactions() throws Exception {
        int lines = 200_000;
        rig.write("app.log", ("x".repeat(199) + "\n").repeat(lines));
        assertThat(rig.untilEof().complete()).isTrue();

        // 40 MB, 8 MiB or 200 ms each.
        assertThat(transactions(lines)).isBetween(5L, 60L);
    }

    private long transactions(long lines) throws Exception {
        TopicPartition partition = new TopicPartition(rig.topic, 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get()
                            .offset()
                    - lines;
        }
    }
}
