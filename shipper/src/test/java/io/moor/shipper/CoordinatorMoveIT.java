package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.broker.TestBroker;
import io.moor.shipper.verify.StreamVerdict;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;

/** Two brokers: the coordinator of the transactions moves between them, and so do the lines. */
class CoordinatorMoveIT {

    private static final TopicPartition TRANSACTIONS = new TopicPartition("__transaction_state", 0);

    @TempDir Path work;

    @Test
    void shipsThroughMovesOfTheCoordinatorAndOfLeaders() throws Exception {
        int port = TestBroker.freePort();
        int controller = TestBroker.freePort();
        int secondPort = TestBroker.freePort();
        Map<String, String> second = new HashMap<>();
        second.put("process.roles", "broker");
        second.put("node.id", "2");
        second.put("listeners", "PLAINTEXT://127.0.0.1:" + secondPort);
        second.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + secondPort);
        second.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        try (TestBroker _ =
                        TestBroker.start(
                                work.resolve("kafka1"), TestBroker.alone(port, controller));
                TestBroker _ = TestBroker.start(work.resolve("kafka2"), second);
                Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
            ShippingRig rig = new ShippingRig(work, "127.0.0.1:" + port);
            admin.createTopics(List.of(new NewTopic(rig.topic, Map.of(0, List.of(1, 2)))))
                    .all()
                    .get();
            RotatingWriter writer = new RotatingWriter(rig.logs, 2, 300);
            try (Shipper shipper = rig.start()) {
                rig.awaitLines(shipper, 100);
                for (int leader : new int[] {2, 1, 2}) {
                    lead(admin, TRANSACTIONS, leader);
                    lead(admin, new TopicPartition(rig.topic, 0), leader);
                    long now = lines(shipper);
                    rig.awaitLines(shipper, now + 100);
                }
                long lines = writer.stop();
                assertThat(shipper.drain(Duration.ofSeconds(60)).complete()).isTrue();
                for (int file = 0; file < 2; file++) {
                    String name = RotatingWriter.name(file);
                    assertThat(rig.values(name))
                            .isEqualTo(
                                    LongStream.range(0, lines)
                                            .mapToObj(RotatingWriter::line)
                                            .toList());
                    assertThat(rig.verdict(name)).returns(true, StreamVerdict::holds);
                }
            }
        }
    }

    private static long lines(Shipper shipper) {
        return shipper.status().streams().stream()
                .mapToLong(ShipperStatus.StreamStatus::committedLines)
                .sum();
    }

    /** Two replicas, of which one leads. */
    private static void lead(Admin admin, TopicPartition partition, int leader) throws Exception {
        admin.alterPartitionReassignments(
                        Map.of(
                                partition,
                                Optional.of(
                                        new NewPartitionReassignment(List.of(leader, 3 - leader)))))
                .all()
                .get();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    if (leader(admin, partition) != leader) {
                        prefer(admin, partition);
                    }
                    return leader(admin, partition) == leader;
                });
    }

    private static void prefer(Admin admin, TopicPartition partition) throws Exception {
        try {
            admin.electLeaders(ElectionType.PREFERRED, Set.of(partition)).all().get();
        } catch (ExecutionException notYetInSync) {
            // It is tried again until it leads.
        }
    }

    private static int leader(Admin admin, TopicPartition partition) throws Exception {
        Node leader =
                admin.describeTopics(List.of(partition.topic()))
                        .topicNameValues()
                        .values()
                        .iterator()
                        .next()
                        .get()
                        .partitions()
                        .get(partition.partition())
                        .leader();
        return leader == null ? -1 : leader.id();
    }
}
