package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.cli.Cli;
import io.moor.shipper.cli.LogsCommand;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.Topics;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Shippers of different origins in one cluster share partitions, and do not wait for each other.
 */
@ExtendWith(EmbeddedStackExtension.class)
class SeveralShippersIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path work;
    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
    }

    /** Its timeout is ten minutes; ours are one second, and the coordinator's look. */
    @Test
    void aStartIsNotHeldUpByAForeignTransaction() throws Exception {
        rig.write("app.log", "1\n");
        assertThat(rig.untilEof().complete()).isTrue();
        rig.write("app.log", "2\n");
        try (KafkaProducer<String, String> foreign = producer("foreign-" + rig.topic, 600_000)) {
            foreign.initTransactions();
            foreign.beginTransaction();
            foreign.send(
                            new ProducerRecord<>(
                                    Topics.CHECKPOINTS,
                                    OriginCheckpoints.partitionOf(rig.origin),
                                    "foreign/x",
                                    "{}"))
                    .get();
            long begin = System.nanoTime();
            try (Shipper shipper =
                    Shippers.start(rig.config("state", Map.of("transaction.timeout.ms", "1000")))) {
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isLessThan(Duration.ofSeconds(40));
                rig.awaitLines(shipper, 2);
                assertThat(shipper.drain(LONG).complete()).isTrue();
            }
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    @Test
    void readersGoOnWhenAKilledShipperIsFenced() throws Exception {
        rig.write("app.log", "1\n");
        String origin = "killed-" + rig.topic;
        try (ShipProcess dying =
                ShipProcess.start(
                        List.of("-Dmoor.kill-point=AFTER_CHECKPOINT_SENT"),
                        work.resolve("ship.out"),
                        "ship",
                        "--kafka",
                        kafka,
                        "--topic",
                        rig.topic,
                        "--state",
                        work.resolve("state").toString(),
                        "--origin",
                        origin,
                        "--instance",
                        "host",
                        "-X",
                        "transaction.timeout.ms=600000",
                        rig.logs + "/*.log")) {
            assertThat(dying.exitCode()).as(dying.output()).isEqualTo(137);
        }
        // Another one's line behind the open transaction.
        try (KafkaProducer<String, String> next = producer("next-" + rig.topic, 10_000)) {
            next.initTransactions();
            next.beginTransaction();
            next.send(new ProducerRecord<>(rig.topic, 0, "other", "behind")).get();
            next.commitTransaction();
        }
        assertThat(rig.lines()).isEmpty();

        assertThat(Cli.run(new LogsCommand(), "fence", "--kafka", kafka, "--origin", origin))
                .isZero();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        rig.lines().stream()
                                .map(ShippingRig.Line::value)
                                .toList()
                                .equals(List.of("behind")));
    }

    /** A wrong name must not look like a transaction that was ended. */
    @Test
    void fencingAnOriginThatNeverWasSaysSoAndDoesNothing() throws Exception {
        Run run = fence("--kafka", kafka, "--origin", rig.origin.id());

        assertThat(run.exitCode()).isZero();
        assertThat(run.said()).contains("no shipper of origin " + rig.origin.id());
        rig.write("app.log", "1\n");
        assertThat(rig.untilEof().complete()).isTrue();
        assertThat(rig.values("app.log")).containsExactly("1");
        // Who has drained is known, and may be fenced as often as one likes.
        for (int times = 0; times < 2; times++) {
            Run again = fence("--kafka", kafka, "--origin", rig.origin.id());
            assertThat(again.exitCode()).isZero();
            assertThat(again.said()).contains("is fenced");
        }
        rig.write("app.log", "2\n");
        assertThat(rig.untilEof().complete()).isTrue();
        assertThat(rig.values("app.log")).containsExactly("1", "2");
    }

    @Test
    void fencingWithWrongInputSaysWhatIsWrong() throws Exception {
        assertThat(fence("--kafka", kafka).exitCode()).isEqualTo(2);
        Run wrongName = fence("--kafka", kafka, "--origin", "a b");
        assertThat(wrongName.exitCode()).isEqualTo(2);
        assertThat(wrongName.said()).contains("a b");
    }

    private record Run(int exitCode, String said) {}

    private static Run fence(String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        String[] all =
                Stream.concat(Stream.of("fence"), Stream.of(arguments)).toArray(String[]::new);
        int exitCode = new Cli(stream, stream, false).execute(new LogsCommand(), all);
        return new Run(exitCode, said.toString(StandardCharsets.UTF_8));
    }

    private KafkaProducer<String, String> producer(String id, int timeoutMs) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", kafka);
        properties.put("transactional.id", id);
        properties.put("transaction.timeout.ms", timeoutMs);
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }
}
