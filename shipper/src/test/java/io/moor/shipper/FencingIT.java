package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.ShipperStatus.State;
import io.moor.shipper.broker.FaultyBroker;
import io.moor.shipper.broker.FaultyTransport;
import io.moor.shipper.broker.FaultyTransport.Fault;
import io.moor.shipper.kafka.Neighbours;

import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * One shipper of an origin at a time, whatever is frozen, slow or cut off: the newer one ships, and
 * nobody fences it back.
 */
class FencingIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** The coordinator ends transactions of this age, which it looks for each half second. */
    private static final String TRANSACTION_MS = "1000";

    @TempDir static Path shared;
    @TempDir Path work;

    private static FaultyBroker broker;
    private static FaultyTransport network;

    private ShippingRig rig;

    @BeforeAll
    static void startBroker() throws Exception {
        broker =
                FaultyBroker.start(
                        shared.resolve("kafka"),
                        Map.of(
                                "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                                "500",
                                // What a coordinator tells leaders can be held up, too.
                                "inter.broker.listener.name",
                                "FAULTY"));
        network = broker.network();
    }

    @AfterAll
    static void stopBroker() throws IOException {
        broker.close();
    }

    @BeforeEach
    void prepare() throws IOException {
        network.mend();
        rig = new ShippingRig(work, broker.address());
    }

    @ParameterizedTest
    @EnumSource
    void aFrozenShipperIsFencedByItsSuccessorAndSaysSo(Sink sink) throws Exception {
        rig.with(sink);
        RotatingWriter writer = new RotatingWriter(rig.logs, 2, 200);
        try (ShipProcess first = process("state")) {
            rig.awaitVerifiedStreams(2);
            first.signal("STOP");
            // Its transaction is over, and the coordinator has told its readers.
            TimeUnit.MILLISECONDS.sleep(2_500);
            try (ShipProcess second = process("other")) {
                long before = rig.lines().size();
                Awaitility.await().atMost(LONG).until(() -> rig.lines().size() > before);
                first.signal("CONT");
                assertThat(first.exitCode()).as(first.output()).isEqualTo(1);
                assertThat(first.output()).contains("took over");
                long lines = writer.stop();
                second.terminate();
                assertThat(second.exitCode()).as(second.output()).isZero();
                assertEachOnce(lines);
            }
        }
    }

    @Test
    void aFrozenShipperWithoutASuccessorGoesOn() throws Exception {
        RotatingWriter writer = new RotatingWriter(rig.logs, 2, 200);
        try (ShipProcess only = process("state")) {
            rig.awaitVerifiedStreams(2);
            only.signal("STOP");
            TimeUnit.MILLISECONDS.sleep(2_500);
            only.signal("CONT");
            long lines = writer.stop();
            only.terminate();
            assertThat(only.exitCode()).as(only.output()).isZero();
            assertEachOnce(lines);
        }
    }

    /** The successor has fenced, and its claim is on the way. */
    @Test
    void theFencedOneDoesNotFenceASuccessorThatHasNotClaimedYet() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper first = Shippers.start(rig.config("state", Map.of()))) {
            rig.awaitLines(first, 1);
            network.loseRequests(ApiKeys.PRODUCE, Fault.HOLD);
            int fenced = network.seen(ApiKeys.INIT_PRODUCER_ID);
            CompletableFuture<Shipper> second = startBehind(Map.of());
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> network.seen(ApiKeys.INIT_PRODUCER_ID) > fenced);
            rig.write("app.log", "2\n");
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> first.status().waitingFor().contains("is taking over"));
            // Many times longer than it takes to fence somebody.
            TimeUnit.MILLISECONDS.sleep(1_500);
            network.mend();

            try (Shipper successor = second.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
                Awaitility.await().atMost(LONG).until(() -> first.status().state() == State.FENCED);
                rig.awaitLines(successor, 2);
                assertThat(successor.drain(LONG).complete()).isTrue();
            }
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    /** Kafka remembers who takes over only when the open transaction is ended. */
    @Test
    void theFencedOneDoesNotFenceASuccessorThatIsNotRememberedYet() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper first =
                startBehind(Map.of("max.block.ms", "1000"))
                        .get(LONG.toSeconds(), TimeUnit.SECONDS)) {
            rig.awaitLines(first, 1);
            network.loseRequests(ApiKeys.WRITE_TXN_MARKERS, Fault.HOLD);
            network.loseRequests(ApiKeys.END_TXN, Fault.HOLD);
            int committed = network.seen(ApiKeys.END_TXN);
            rig.write("app.log", "2\n");
            Awaitility.await().atMost(LONG).until(() -> network.seen(ApiKeys.END_TXN) > committed);
            int ended = network.seen(ApiKeys.WRITE_TXN_MARKERS);
            CompletableFuture<Shipper> second =
                    start(rig.config("state", Map.of("max.block.ms", "60000")));
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> network.seen(ApiKeys.WRITE_TXN_MARKERS) > ended);
            int asked = network.seen(ApiKeys.INIT_PRODUCER_ID);
            network.passRequests(ApiKeys.END_TXN);
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> first.status().waitingFor().contains("is being ended"));
            // Many times longer than it takes to ask.
            TimeUnit.MILLISECONDS.sleep(1_000);
            network.mend();

            try (Shipper successor = second.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
                Awaitility.await().atMost(LONG).until(() -> first.status().state() == State.FENCED);
                rig.awaitLines(successor, 2);
                assertThat(successor.drain(LONG).complete()).isTrue();
            }
            assertThat(network.seen(ApiKeys.INIT_PRODUCER_ID)).isEqualTo(asked);
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    /** What was given up while it waited for Kafka must not fence a successor later. */
    @Test
    void aClosedShipperFencesNobodyAfterwards() throws Exception {
        rig.write("app.log", "1\n");
        Shipper first =
                startBehind(Map.of("max.block.ms", "1000")).get(LONG.toSeconds(), TimeUnit.SECONDS);
        rig.awaitLines(first, 1);
        network.loseResponses(ApiKeys.END_TXN, Fault.HOLD);
        network.loseRequests(ApiKeys.FIND_COORDINATOR, Fault.HOLD);
        int looked = network.seen(ApiKeys.FIND_COORDINATOR);
        rig.write("app.log", "2\n");
        // It does not know what became of its transaction, and is about to take over again.
        Awaitility.await()
                .atMost(LONG)
                .until(() -> network.seen(ApiKeys.FIND_COORDINATOR) > looked);
        first.close();
        int begun = network.seen(ApiKeys.INIT_PRODUCER_ID);
        network.mend();
        try (Shipper second = Shippers.start(rig.config("state", Map.of()))) {
            rig.awaitLines(second, 2);
            rig.write("app.log", "3\n");
            rig.awaitLines(second, 3);
            assertThat(second.drain(LONG).complete()).isTrue();
        }
        assertThat(network.seen(ApiKeys.INIT_PRODUCER_ID)).isEqualTo(begun);
        assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @EnumSource
    void aShipperThatWasFencedByOrderEnds(Sink sink) throws Exception {
        rig.with(sink);
        rig.write("app.log", "1\n");
        try (Shipper shipper = Shippers.start(rig.config("state", Map.of()))) {
            rig.awaitLines(shipper, 1);
            Shippers.fence(Map.of("bootstrap.servers", broker.address()), rig.origin);
            rig.write("app.log", "2\n");
            Awaitility.await().atMost(LONG).until(() -> shipper.status().state() == State.FENCED);
        }
        try (Shipper next = Shippers.start(rig.config("state", Map.of()))) {
            rig.awaitLines(next, 2);
            assertThat(next.drain(LONG).complete()).isTrue();
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2");
    }

    /** A neighbour's start found its transaction too old: that is no order to end. */
    @Test
    void aShipperWhoseTransactionWasOverdueGoesOn() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper shipper = startBehind(Map.of()).get(LONG.toSeconds(), TimeUnit.SECONDS)) {
            rig.awaitLines(shipper, 1);
            network.loseRequests(ApiKeys.END_TXN, Fault.HOLD);
            int committed = network.seen(ApiKeys.END_TXN);
            rig.write("app.log", "2\n");
            Awaitility.await().atMost(LONG).until(() -> network.seen(ApiKeys.END_TXN) > committed);
            Neighbours.endOverdue(broker.address(), rig.origin);
            network.mend();

            rig.awaitLines(shipper, 2);
            assertThat(shipper.status().state()).isEqualTo(State.RUNNING);
            assertThat(shipper.drain(LONG).complete()).isTrue();
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    /** Of two that start together without fencing, the newest claim decides. */
    @Test
    void aClaimRightAfterOursIsSeenWithoutFencing() throws Exception {
        rig.write("app.log", "1\n");
        ShipperConfig behind =
                ShippingRig.atLeastOnce(
                        rig.config(
                                "behind",
                                // Its claim is not sent a second time, after the other one's.
                                Map.of(
                                        "bootstrap.servers",
                                        broker.behind(),
                                        "request.timeout.ms",
                                        "60000",
                                        "default.api.timeout.ms",
                                        "60000",
                                        "delivery.timeout.ms",
                                        "90000")));
        network.loseResponses(ApiKeys.PRODUCE, Fault.HOLD);
        int served = network.served(ApiKeys.PRODUCE);
        CompletableFuture<Shipper> starting = start(behind);
        // Its claim stands when the broker has answered; one that is on the way only may come
        // after that of the second, which then is the one to end.
        Awaitility.await().atMost(LONG).until(() -> network.served(ApiKeys.PRODUCE) > served);
        try (Shipper second = Shippers.start(rig.atLeastOnce("state"))) {
            network.mend();
            try (Shipper first = starting.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
                Awaitility.await()
                        .atMost(LONG)
                        .until(() -> {
                            rig.write("app.log", "more\n");
                            return first.status().state() == State.FENCED;
                        });
            }
            assertThat(second.status().state()).isEqualTo(State.RUNNING);
            assertThat(second.drain(LONG).complete()).isTrue();
        }
    }

    /** Ten seconds is how long a start may take, whatever one call is allowed. */
    @Test
    void aStartWaitsForAKafkaThatAnswersLate() throws Exception {
        rig.write("app.log", "1\n");
        network.loseRequests(ApiKeys.INIT_PRODUCER_ID, Fault.HOLD);
        int asked = network.seen(ApiKeys.INIT_PRODUCER_ID);
        CompletableFuture<Shipper> starting = startBehind(Map.of("max.block.ms", "1000"));
        Awaitility.await().atMost(LONG).until(() -> network.seen(ApiKeys.INIT_PRODUCER_ID) > asked);
        // Longer than one call may take.
        TimeUnit.MILLISECONDS.sleep(1_500);
        network.mend();

        try (Shipper shipper = starting.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
            rig.awaitLines(shipper, 1);
        }
        assertThat(rig.values("app.log")).containsExactly("1");
    }

    @Test
    void theCommitOfAClaimIsRepeatedToo() throws Exception {
        rig.write("app.log", "1\n");
        network.loseRequests(ApiKeys.END_TXN, Fault.HOLD);
        int committed = network.seen(ApiKeys.END_TXN);
        CompletableFuture<Shipper> starting = startBehind(Map.of("max.block.ms", "1500"));
        Awaitility.await().atMost(LONG).until(() -> network.seen(ApiKeys.END_TXN) > committed);
        // In the middle of the second try.
        TimeUnit.MILLISECONDS.sleep(2_200);
        network.mend();
        try (Shipper shipper = starting.get(LONG.toSeconds(), TimeUnit.SECONDS)) {
            rig.awaitLines(shipper, 1);
        }
        assertThat(rig.values("app.log")).containsExactly("1");
    }

    @Test
    void aStartThatFailsLeavesNoClientBehind() {
        String client = "client-" + rig.topic;
        for (Map<String, String> wrong :
                List.of(
                        Map.of("transaction.timeout.ms", "soon"),
                        Map.of("buffer.memory", "much"),
                        Map.of("delivery.timeout.ms", "1"),
                        Map.of("transaction.timeout.ms", "2000000"))) {
            Map<String, String> properties = new HashMap<>(wrong);
            properties.put("client.id", client);
            assertThatThrownBy(() -> Shippers.start(rig.config("state", properties)))
                    .as("%s", wrong)
                    .isInstanceOf(ShipperException.class);
        }
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() ->
                        assertThat(Thread.getAllStackTraces().keySet())
                                .extracting(Thread::getName)
                                .noneMatch(name -> name.contains(client)));
    }

    /** Its thread still asks Kafka when nobody waits for the answer any more. */
    @Test
    void aClosedShipperThatAskedForClaimsLeavesNoFileOpen() throws Exception {
        Path file = rig.write("app.log", "1\n");
        ShipperConfig behind =
                ShippingRig.atLeastOnce(
                        rig.config("behind", Map.of("bootstrap.servers", broker.behind())));
        try (Shipper shipper = Shippers.start(behind)) {
            rig.awaitLines(shipper, 1);
            network.loseRequests(ApiKeys.LIST_OFFSETS, Fault.HOLD);
            int asked = network.seen(ApiKeys.LIST_OFFSETS);
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> {
                        rig.write("app.log", "more\n");
                        return network.seen(ApiKeys.LIST_OFFSETS) > asked;
                    });
            assertThat(isOpen(file)).isTrue();
        }
        assertThat(isOpen(file)).isFalse();
    }

    private static boolean isOpen(Path file) throws IOException {
        Path real = file.toRealPath();
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            return handles.anyMatch(handle -> {
                try {
                    return Files.readSymbolicLink(handle).equals(real);
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            });
        }
    }

    @Test
    void oneOfManyThatStartTogetherShips() throws Exception {
        rig.write("app.log", "1\n");
        List<CompletableFuture<Shipper>> starts =
                List.of("a", "b", "c").stream()
                        .map(state -> start(rig.config(state, Map.of())))
                        .toList();
        for (CompletableFuture<Shipper> start : starts) {
            start.handle((_, _) -> true).get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
        rig.write("app.log", "2\n");
        List<Shipper> shippers =
                starts.stream()
                        .filter(start -> !start.isCompletedExceptionally())
                        .map(CompletableFuture::join)
                        .toList();
        try {
            Awaitility.await()
                    .atMost(LONG.multipliedBy(2))
                    .until(() ->
                            shippers.stream()
                                            .filter(s -> s.status().state() == State.RUNNING)
                                            .count()
                                    == 1);
            Awaitility.await().atMost(LONG).until(() -> rig.lines().size() == 2);
        } finally {
            shippers.forEach(Shipper::close);
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2");
    }

    private void assertEachOnce(long lines) throws Exception {
        for (int file = 0; file < 2; file++) {
            assertThat(rig.values(RotatingWriter.name(file)))
                    .isEqualTo(LongStream.range(0, lines).mapToObj(RotatingWriter::line).toList());
            assertThat(rig.verdict(RotatingWriter.name(file)).holds()).isTrue();
        }
    }

    private CompletableFuture<Shipper> startBehind(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", broker.behind());
        return start(rig.config("behind", properties));
    }

    private static CompletableFuture<Shipper> start(ShipperConfig config) {
        CompletableFuture<Shipper> started = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(() -> {
                    try {
                        started.complete(Shippers.start(config));
                    } catch (ShipperException | RuntimeException e) {
                        started.completeExceptionally(e);
                    }
                });
        return started;
    }

    private ShipProcess process(String state) throws IOException {
        return ShipProcess.start(
                rig.sink(),
                List.of(),
                work.resolve(state + ".out"),
                "ship",
                "--kafka",
                broker.address(),
                "--topic",
                rig.topic,
                "--state",
                work.resolve(state).toString(),
                "--instance",
                "host",
                "--origin",
                rig.origin.id(),
                "-X",
                "transaction.timeout.ms=" + TRANSACTION_MS,
                rig.logs + "/*.log");
    }
}
