package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.checkpoint.CheckpointCodec;
import io.moor.shipper.checkpoint.CheckpointKey;
import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.GenerationCheckpoint.End;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.model.ModelCheck;
import io.moor.shipper.model.ModelDirectory;
import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The model of files against a real broker: many applications, each with its own random sequence,
 * under one shipper that is drained, closed within a transaction, and killed. The topic is judged
 * by the model and by {@code verify}. A failure prints its seed; {@code -Dmoor.model.seed=SEED}
 * does the same to the files again, though not to the nanosecond. {@link
 * io.moor.shipper.engine.FileModelTest} is the same with a clock of its own, and repeats exactly.
 */
@ExtendWith(EmbeddedStackExtension.class)
class FileModelIT {

    private static final int DIRECTORIES = 25;
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Set<End> LOSSES = EnumSet.of(End.REWRITTEN, End.VANISHED);

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;
    private Random random;
    private String lastDrain = "";
    private long seed;
    private final List<ModelDirectory> models = new ArrayList<>();

    @BeforeEach
    void prepare(StackEndpoints stack) throws Exception {
        seed = Long.getLong("moor.model.seed", new Random().nextLong(1_000_000_000L));
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
        random = new Random(seed);
    }

    @Test
    void shipsEachByteOnceWhateverHappensToFiles() throws Exception {
        run(8);
    }

    @Test
    @Tag("torture")
    void shipsEachByteOnceForLong() throws Exception {
        run(200);
    }

    private void run(int rounds) throws Exception {
        for (int i = 0; i < DIRECTORIES; i++) {
            boolean wide = i % 2 == 0;
            Path directory = rig.logs.resolve((wide ? "wide" : "narrow") + i);
            models.add(new ModelDirectory(directory, random.nextLong(), wide));
        }
        for (int round = 0; round < rounds; round++) {
            switch (round % 5) {
                case 0, 3 -> drained();
                case 4 -> killed();
                default -> closed();
            }
            stepAll(random.nextInt(5));
        }
        drained();
        check();
    }

    /** Then everything that is there is shipped, and known to the next. */
    private void drained() throws Exception {
        try (Shipper shipper = Shippers.start(config(rig, "state"))) {
            work();
            DrainReport drain = shipper.drain(DRAIN);
            assertThat(drain.end()).isEqualTo(DrainReport.End.DRAINED);
            lastDrain = String.valueOf(drain.streams());
        }
        models.forEach(model -> model.scanned(_ -> true));
        models.forEach(ModelDirectory::settled);
        models.forEach(model -> model.shipperEnded("drained"));
    }

    /** The engine ends where it is, and its transaction stays open. */
    private void closed() throws Exception {
        try (Shipper shipper = Shippers.start(config(rig, "state"))) {
            work();
            // On a slow machine it may end before it has begun, which must do no harm either.
            assertThat(shipper.status().state())
                    .isIn(ShipperStatus.State.STARTING, ShipperStatus.State.RUNNING);
        }
        models.forEach(model -> model.shipperEnded("closed"));
    }

    private void killed() throws Exception {
        Process child =
                Jvm.of(List.of("-Xmx192m"), Child.class.getName())
                        .arguments(kafka, rig.topic, work.toString())
                        .start(work.resolve("child.out"));
        // Anywhere between the JVM's start and steady shipping.
        for (int i = 0; i < 4; i++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(900));
            stepAll(1);
        }
        child.destroyForcibly().waitFor();
        models.forEach(model -> model.shipperEnded("killed"));
    }

    private void work() throws Exception {
        for (int i = 0; i < 6; i++) {
            stepAll(1 + random.nextInt(2));
            TimeUnit.MILLISECONDS.sleep(random.nextInt(120));
        }
    }

    private void stepAll(int steps) throws IOException {
        for (ModelDirectory model : models) {
            for (int i = 0; i < steps; i++) {
                model.step();
            }
        }
    }

    private void check() throws Exception {
        List<ShippingRig.Line> lines = rig.lines();
        Set<String> lossesTold = lossesTold();
        for (ModelDirectory model : models) {
            ModelCheck check = new ModelCheck(model);
            String directory = model.live().getParent() + "/";
            lines.stream()
                    .filter(line -> line.key().contains(directory))
                    .forEach(line -> check.record(line.key(), line.value(), line.span()));
            assertThat(check.problems(lossesTold))
                    .as(() ->
                            "-Dmoor.model.seed="
                                    + seed
                                    + " "
                                    + directory
                                    + "\n"
                                    + String.join("\n", model.history())
                                    + "\n"
                                    + lastDrain)
                    .isEmpty();
        }
        assertThat(rig.verify().streams())
                .as("-Dmoor.model.seed=" + seed)
                .isNotEmpty()
                .allSatisfy(verdict ->
                        assertThat(verdict)
                                .returns(0L, StreamVerdict::missing)
                                .returns(0L, StreamVerdict::doubled)
                                .returns(0L, StreamVerdict::expired)
                                .returns(0L, StreamVerdict::damaged));
    }

    /** Of everything that was ever committed. */
    private Set<String> lossesTold() throws Exception {
        Set<String> told = new HashSet<>();
        Map<String, Object> properties =
                Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.CHECKPOINTS).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> line : consumer.poll(Duration.ofMillis(200))) {
                    generations(line).stream()
                            .filter(each -> each.ended() != null && LOSSES.contains(each.ended()))
                            .forEach(each -> told.add(each.fileId()));
                }
            }
        }
        return told;
    }

    private static List<GenerationCheckpoint> generations(ConsumerRecord<byte[], byte[]> line)
            throws Exception {
        String key = new String(line.key(), UTF_8);
        if (line.value() == null || CheckpointKey.streamOf(key).isEmpty()) {
            return List.of();
        }
        return CheckpointKey.isArchived(key)
                ? List.of(CheckpointCodec.decodeArchived(key, line.value()).generation())
                : CheckpointCodec.decode(key, line.value()).generations();
    }

    private static ShipperConfig config(ShippingRig rig, String state) {
        ShipperConfig usual =
                rig.config(
                        List.of(
                                source(rig, "narrow", rig.logs + "/narrow*/app.log"),
                                source(rig, "wide", rig.logs + "/wide*/app.log*")));
        return new ShipperConfig(
                usual.origin(),
                usual.scope(),
                usual.sources(),
                usual.kafka(),
                usual.state().resolveSibling(state),
                usual.ownerEpoch(),
                false,
                usual.delivery(),
                usual.sink());
    }

    private static SourceConfig source(ShippingRig rig, String name, String glob) {
        return new SourceConfig(
                name, List.of(glob), List.of(), rig.topic, 1 << 20, SourceConfig.Oversized.SPLIT);
    }

    /** A shipper as a process of its own, to be killed. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws Exception {
            ShippingRig rig =
                    new ShippingRig(
                            Path.of(arguments[2]),
                            Map.of("bootstrap.servers", arguments[0]),
                            arguments[1]);
            Shippers.start(config(rig, "state")).ended().join();
        }
    }
}
