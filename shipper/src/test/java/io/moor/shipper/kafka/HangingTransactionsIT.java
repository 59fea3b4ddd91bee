package io.moor.shipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.Origin;
import io.moor.shipper.broker.TestBroker;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A coordinator that ends no transaction by itself, and neighbours who have one open. */
class HangingTransactionsIT {

    private static final Duration LOOK = Duration.ofMillis(300);
    private static final int TIMEOUT_MS = 1_000;
    private static final RunMark OURS = new RunMark(15_000);

    @TempDir static Path shared;

    private static TestBroker broker;
    private static Admin admin;
    private static String address;

    private final Origin neighbour = new Origin("neighbour-" + UUID.randomUUID());
    private final TopicPartition partition =
            new TopicPartition("checkpoints-" + UUID.randomUUID(), 0);

    @BeforeAll
    static void startBroker() throws Exception {
        int port = TestBroker.freePort();
        Map<String, String> settings = new HashMap<>(TestBroker.alone(port, TestBroker.freePort()));
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "3600000");
        broker = TestBroker.start(shared.resolve("kafka"), settings);
        address = "127.0.0.1:" + port;
        admin = Admin.create(Map.of("bootstrap.servers", address));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        admin.createTopics(List.of(new NewTopic(partition.topic(), 1, (short) 1))).all().get();
    }

    /** Its timeout is longer than ours: that is its affair, and the start says who it is. */
    @Test
    void aShipperWithALongerTimeoutThanOursIsLeftAlone() throws Exception {
        try (KafkaProducer<String, String> healthy = open(neighbour.transactionalId(), 60_000)) {
            awaitAge(neighbour.transactionalId(), LOOK.multipliedBy(3));
            assertThat(hanging(LOOK).end())
                    .contains("'" + neighbour.transactionalId() + "'", "60 s", "moor logs fence");
            assertThatCode(healthy::commitTransaction).doesNotThrowAnyException();
        }
    }

    /** Only an order ends a shipper. */
    @Test
    void aShipperWhoseTransactionIsOverdueIsToldToGoOn() throws Exception {
        try (KafkaProducer<String, String> hung = open(neighbour.transactionalId(), TIMEOUT_MS)) {
            awaitAge(neighbour.transactionalId(), LOOK.plusMillis(TIMEOUT_MS));
            assertThat(hanging(LOOK).end()).isEmpty();
            assertThatThrownBy(hung::commitTransaction).isInstanceOf(KafkaException.class);
        }
        assertThat(LastProducer.of(admin, neighbour, OURS)).isEqualTo(LastProducer.OVERDUE);
        Fencing.fence(admin, neighbour);
        assertThat(LastProducer.of(admin, neighbour, OURS)).isEqualTo(LastProducer.FENCED);
    }

    /** What it has open when it is looked at again is another one. */
    @Test
    void aShipperThatGoesOnBeforeTheSecondLookIsLeftAlone() throws Exception {
        try (KafkaProducer<String, String> late = open(neighbour.transactionalId(), TIMEOUT_MS)) {
            Duration look = Duration.ofSeconds(2);
            awaitAge(neighbour.transactionalId(), look.plusMillis(TIMEOUT_MS));
            HangingTransactions hanging = hanging(look);
            CompletableFuture<String> looking = new CompletableFuture<>();
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            looking.complete(hanging.end());
                        } catch (RuntimeException e) {
                            looking.completeExceptionally(e);
                        }
                    });
            // After the first look, well before the second.
            TimeUnit.MILLISECONDS.sleep(look.toMillis() / 2);
            late.commitTransaction();
            late.beginTransaction();
            late.send(new ProducerRecord<>(partition.topic(), 0, "k", "again")).get();
            looking.get();
            assertThatCode(late::commitTransaction).doesNotThrowAnyException();
        }
    }

    @Test
    void whoeverIsNoShipperIsJudgedByOurLimit() throws Exception {
        String id = "foreign-" + neighbour.id();
        try (KafkaProducer<String, String> foreign = open(id, 600_000)) {
            awaitAge(id, LOOK.multipliedBy(3));
            assertThat(hanging(LOOK).end()).isEmpty();
            assertThatThrownBy(foreign::commitTransaction).isInstanceOf(KafkaException.class);
        }
    }

    @Test
    void nothingIsSaidOfATransactionThatIsOver() throws Exception {
        try (KafkaProducer<String, String> done = open(neighbour.transactionalId(), TIMEOUT_MS)) {
            done.commitTransaction();
            assertThat(hanging(LOOK).end()).isEmpty();
            awaitLast(LastProducer.OURS);
            done.beginTransaction();
            done.send(new ProducerRecord<>(partition.topic(), 0, "k", "again")).get();
            done.abortTransaction();
        }
        awaitLast(LastProducer.ABORTED);
    }

    /** A producer is answered before its transaction is ended everywhere. */
    private void awaitLast(LastProducer last) {
        RunMark mark = new RunMark(TIMEOUT_MS);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> LastProducer.of(admin, neighbour, mark) == last);
    }

    private HangingTransactions hanging(Duration look) {
        return new HangingTransactions(admin, partition, LOOK, look);
    }

    private KafkaProducer<String, String> open(String id, int timeoutMs) throws Exception {
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                address,
                                "transactional.id",
                                id,
                                "transaction.timeout.ms",
                                timeoutMs),
                        new StringSerializer(),
                        new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(partition.topic(), 0, "k", "{}")).get();
        return producer;
    }

    /** By the coordinator's clock. */
    private static void awaitAge(String id, Duration age) {
        ListTransactionsOptions older =
                new ListTransactionsOptions()
                        .filterStates(Set.of(TransactionState.ONGOING))
                        .filterOnDuration(age.toMillis());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        admin.listTransactions(older).all().get().stream()
                                .map(TransactionListing::transactionalId)
                                .anyMatch(id::equals));
    }
}
