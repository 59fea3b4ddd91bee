package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.broker.BrokerProcess;
import io.moor.shipper.verify.StreamVerdict;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Many files, written and renamed without a pause; the shipper is killed at random moments, and
 * Kafka too. A reader gets every line once and in order. The seed is printed; {@code -Dmoor.seed=N}
 * replays it as far as the machine allows.
 */
class TortureIT {

    private static final Logger LOG = LoggerFactory.getLogger(TortureIT.class);
    private static final Duration CATCH_UP = Duration.ofMinutes(5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path work;

    /**
     * @param bytesPerSecond of all files together
     * @param generation bytes after which a file is renamed
     * @param kept rotated files of each
     * @param kills of the shipper
     * @param longestLife of a shipper before it is killed, ms
     * @param calm between two kills of Kafka, at least, ms; at most three times that
     * @param brokerKills how long Kafka stays down after each of its kills, seconds
     */
    private record Plan(
            int files,
            long bytesPerSecond,
            long generation,
            int kept,
            int kills,
            int longestLife,
            int calm,
            List<Integer> brokerKills) {}

    @Test
    void losesNothingWhenTheShipperIsKilled() throws Exception {
        torture(new Plan(12, 2_000_000, 256 << 10, 60, 4, 2_500, 5_000, List.of()));
    }

    @Test
    @Tag("torture")
    void fiftyFilesAtFullSpeedAndTwentyKills() throws Exception {
        torture(new Plan(50, 25_000_000, 2_621_440, 60, 20, 4_000, 5_000, List.of()));
    }

    @Test
    @Tag("torture")
    void fiftyFilesAtFullSpeedAndTwentyKillsAndKafkaDies() throws Exception {
        torture(new Plan(50, 25_000_000, 2_621_440, 60, 20, 4_000, 5_000, List.of(1, 60, 5, 1)));
    }

    /** Both of them die in the middle of everything that the other one does. */
    @Test
    @Tag("torture")
    void kafkaAndTheShipperDieOften() throws Exception {
        torture(
                new Plan(
                        12,
                        500_000,
                        256 << 10,
                        2_000,
                        15,
                        12_000,
                        2_000,
                        Collections.nCopies(20, 0)));
    }

    private void torture(Plan plan) throws Exception {
        long seed = Long.getLong("moor.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("seed", seed).addKeyValue("plan", plan).log("torture");
        Random random = new Random(seed);
        try (BrokerProcess broker = BrokerProcess.in(work.resolve("kafka"))) {
            ShippingRig rig = new ShippingRig(work, broker.address());
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
                admin.createTopics(List.of(new NewTopic(rig.topic, 3, (short) 1))).all().get();
            }
            PacedWriter writer =
                    new PacedWriter(
                            rig.logs,
                            plan.files(),
                            plan.bytesPerSecond(),
                            plan.generation(),
                            plan.kept());
            long begin = System.nanoTime();
            try (ShipProcess first = start(rig, broker)) {
                // From now on every stream is known: renamed names are outside the glob.
                rig.awaitVerifiedStreams(plan.files());
                writer.rotate();
                first.kill();
            }
            Thread outages =
                    Thread.ofPlatform().start(() -> outages(broker, plan, new Random(seed + 1)));
            for (int kill = 0; kill < plan.kills() || outages.isAlive(); kill++) {
                try (ShipProcess shipper = start(rig, broker)) {
                    // Anywhere from the start of its JVM to steady shipping.
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(300, plan.longestLife()));
                    shipper.kill();
                }
                TimeUnit.MILLISECONDS.sleep(500);
            }
            try (ShipProcess last = start(rig, broker)) {
                last.awaitState(work.resolve("state"));
                TimeUnit.SECONDS.sleep(1);
                long[] lines = writer.stop();
                double seconds = (System.nanoTime() - begin) / 1e9;
                long stopped = System.nanoTime();
                last.terminate();
                assertThat(last.exitCode(CATCH_UP)).as(last.output()).isZero();
                LOG.atInfo()
                        .addKeyValue("megabytes", writer.total() / 1_000_000)
                        .addKeyValue("seconds", seconds)
                        .addKeyValue("rate", writer.total() / seconds / 1e6)
                        .addKeyValue("drainSeconds", (System.nanoTime() - stopped) / 1e9)
                        .log("written and shipped");
                SequenceOracle.Result result =
                        SequenceOracle.read(broker.address(), rig.topic, lines);
                LOG.atInfo().addKeyValue("result", result).log("read back");
                assertThat(result)
                        .returns(0L, SequenceOracle.Result::lost)
                        .returns(0L, SequenceOracle.Result::doubled)
                        .returns(0L, SequenceOracle.Result::reordered);
            }
            assertThat(rig.verify().streams())
                    .hasSize(plan.files())
                    .allMatch(StreamVerdict::holds)
                    .allMatch(StreamVerdict::sealed);
        }
    }

    private static void outages(BrokerProcess broker, Plan plan, Random random) {
        try {
            for (int seconds : plan.brokerKills()) {
                TimeUnit.MILLISECONDS.sleep(plan.calm() + random.nextInt(2 * plan.calm()));
                broker.kill();
                TimeUnit.SECONDS.sleep(seconds);
                broker.start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private ShipProcess start(ShippingRig rig, BrokerProcess broker) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("ship", "--kafka", broker.address()));
        arguments.addAll(List.of("--topic", rig.topic));
        arguments.addAll(List.of("--state", work.resolve("state").toString()));
        arguments.addAll(List.of("--instance", "host", "--origin", "torture"));
        arguments.addAll(List.of("--drain-timeout", CATCH_UP.toSeconds() + "s"));
        arguments.add(rig.logs + "/*.log");
        return ShipProcess.start(
                List.of(), work.resolve("shipper.out"), arguments.toArray(String[]::new));
    }
}
