package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.ShipperConfig.Sink;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The shipper dies at every moment there is; readers see every line once. */
@ExtendWith(EmbeddedStackExtension.class)
class KillIT {

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
    }

    /**
     * Kill points, and the how-manieth time each is reached: the first transaction only claims the
     * origin, the second has lines.
     */
    private static final List<String> DEATHS =
            List.of(
                    "AFTER_BEGIN,2",
                    "AFTER_LINES,1",
                    "AFTER_CHECKPOINT,1",
                    "AFTER_CHECKPOINT_SENT,1",
                    "BEFORE_COMMIT,2",
                    "AFTER_COMMIT,2",
                    "BEFORE_COMMIT,1",
                    "AFTER_COMMIT,1");

    /** All at once: it is the starts of the JVMs that take time. */
    @ParameterizedTest
    @EnumSource
    void shipsEveryLineOnceWhenItDiesBetweenTwoSteps(Sink sink) throws Exception {
        Map<String, ShippingRig> rigs = new LinkedHashMap<>();
        Set<Integer> partitions = new HashSet<>();
        for (String death : DEATHS) {
            ShippingRig each = new ShippingRig(work.resolve(death), kafka);
            // Otherwise one waits for the transaction of another that was killed.
            while (!partitions.add(OriginCheckpoints.partitionOf(each.origin))) {
                each = new ShippingRig(work.resolve(death), kafka);
            }
            each.with(sink).write("app.log", "1\n2\n3\n");
            rigs.put(death, each);
        }
        inParallel(
                rigs,
                death ->
                        List.of(
                                "-Dmoor.kill-point=" + death.split(",")[0],
                                "-Dmoor.kill-after=" + death.split(",")[1]),
                137);
        for (ShippingRig each : rigs.values()) {
            each.write("app.log", "4\n");
        }
        inParallel(rigs, _ -> List.of(), 0);

        for (Map.Entry<String, ShippingRig> each : rigs.entrySet()) {
            assertThat(each.getValue().values("app.log"))
                    .as(each.getKey())
                    .containsExactly("1", "2", "3", "4");
            assertThat(each.getValue().verdict("app.log").holds()).as(each.getKey()).isTrue();
        }
    }

    private void inParallel(
            Map<String, ShippingRig> rigs, Function<String, List<String>> jvm, int exitCode)
            throws Exception {
        Map<String, ShipProcess> processes = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, ShippingRig> each : rigs.entrySet()) {
                processes.put(
                        each.getKey(),
                        start(
                                each.getValue(),
                                work.resolve(each.getKey()),
                                jvm.apply(each.getKey()),
                                "--until-eof"));
            }
            for (Map.Entry<String, ShipProcess> each : processes.entrySet()) {
                assertThat(each.getValue().exitCode())
                        .as("%s: %s", each.getKey(), each.getValue().output())
                        .isEqualTo(exitCode);
            }
        } finally {
            processes.values().forEach(ShipProcess::close);
        }
    }

    @Test
    void drainsAndSealsOnSigterm() throws Exception {
        rig.write("app.log", "1\n2\nunterminated");
        try (ShipProcess shipper = start()) {
            rig.awaitVerified(2);
            shipper.terminate();
            assertThat(shipper.exitCode()).as(shipper.output()).isZero();
        }

        assertThat(rig.values("app.log")).containsExactly("1", "2", "unterminated");
        assertThat(rig.verdict("app.log").sealed()).isTrue();
    }

    @Test
    void endsAtOnceOnTheSecondSignal() throws Exception {
        rig.write("app.log", "1\n");
        RotatingWriter writer = new RotatingWriter(rig.logs, 1, 100_000);
        try (ShipProcess shipper = start()) {
            rig.awaitVerified(1);
            shipper.terminate();
            awaitOutput(shipper, "draining");
            shipper.terminate();
            assertThat(shipper.exitCode()).isEqualTo(3);
        } finally {
            writer.stop();
        }
    }

    private ShipProcess start(String... more) throws IOException {
        return start(rig, work, List.of(), more);
    }

    private ShipProcess start(ShippingRig of, Path directory, List<String> jvm, String... more)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("ship", "--kafka", kafka));
        arguments.addAll(List.of("--topic", of.topic));
        arguments.addAll(List.of("--state", directory.resolve("state").toString()));
        arguments.addAll(List.of("--instance", "host", "--origin", of.origin.id()));
        arguments.addAll(List.of(more));
        arguments.add(of.logs + "/*.log");
        return ShipProcess.start(
                of.sink(), jvm, directory.resolve("ship.out"), arguments.toArray(String[]::new));
    }

    private static void awaitOutput(ShipProcess process, String text) {
        Awaitility.await().until(() -> process.output().contains(text));
    }
}
