package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.Origin;
import io.moor.shipper.ShipperConfig;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.StreamScope;
import io.moor.shipper.kafka.KafkaClients;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.SimulatedKafka;
import io.moor.shipper.kafka.Topics;

import org.apache.kafka.common.errors.TransactionAbortableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What needs no broker: Kafka is not asked when a transaction is to be aborted. */
class TransactionsTest {

    private static final Topics.Topic TOPIC = new Topics.Topic(1, 1 << 20);

    @TempDir Path directory;

    private final List<Long> pauses = new ArrayList<>();

    @Test
    void anAbortThatComesAgainAtOnceMakesNoHotLoop() throws Exception {
        SimulatedKafka kafka = new SimulatedKafka();
        try (BookRig rig = new BookRig(directory, List.of("*.log"), kafka, 10);
                KafkaLink link = new KafkaLink(config(), new KafkaClients(config().kafka()))) {
            Transactions transactions =
                    new Transactions(
                            config(),
                            link,
                            new KafkaLink.Session(
                                    kafka.sink(),
                                    new Topics.Look(Map.of("t", TOPIC), Map.of(), TOPIC),
                                    new OriginCheckpoints(Optional.empty(), Map.of(), Map.of())),
                            rig.book);
            for (int times = 1; times <= 4; times++) {
                transactions.recover(new TransactionAbortableException("again"), patience());
            }
        }
        assertThat(pauses).hasSize(3).isSorted().allMatch(millis -> millis >= 100);
    }

    private Transactions.Patience patience() {
        return new Transactions.Patience() {
            @Override
            public <T> T during(Callable<T> call) {
                try {
                    return call.call();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void pause(long millis) {
                pauses.add(millis);
            }

            @Override
            public void waitingFor(String what) {}
        };
    }

    private ShipperConfig config() {
        return new ShipperConfig(
                new Origin("o"),
                new StreamScope(
                        Optional.empty(), Optional.empty(), Optional.of("h"), Optional.empty()),
                List.of(
                        new SourceConfig(
                                "logs",
                                List.of(directory + "/*.log"),
                                List.of(),
                                "t",
                                1 << 20,
                                SourceConfig.Oversized.SPLIT)),
                Map.of("bootstrap.servers", "127.0.0.1:1"),
                directory,
                0,
                false,
                ShipperConfig.Delivery.EXACTLY_ONCE,
                ShipperConfig.Sink.PRODUCER);
    }
}
