package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.ShipperStatus.State;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Delivery without transactions: nothing is lost, and what comes twice is told. */
@ExtendWith(EmbeddedStackExtension.class)
class AtLeastOnceIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir Path work;
    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
    }

    /** A checkpoint is written after its lines: the tail behind the last one comes again. */
    @ParameterizedTest
    @CsvSource({"AFTER_LINES,false", "BEFORE_COMMIT,true"})
    void losesNothingWhenItIsKilled(String point, boolean acknowledged) throws Exception {
        rig.write("app.log", "1\n2\n");
        try (ShipProcess first = start("--until-eof")) {
            assertThat(first.exitCode()).as(first.output()).isZero();
        }
        rig.write("app.log", "3\n4\n");
        int times = point.equals("BEFORE_COMMIT") ? 2 : 1;
        try (ShipProcess dying =
                start(
                        List.of("-Dmoor.kill-point=" + point, "-Dmoor.kill-after=" + times),
                        "--until-eof")) {
            assertThat(dying.exitCode()).isEqualTo(137);
        }
        rig.write("app.log", "5\n");
        try (ShipProcess next = start("--until-eof")) {
            assertThat(next.exitCode()).as(next.output()).isZero();
        }

        List<String> values = new ArrayList<>(rig.values("app.log"));
        assertThat(values).contains("1", "2", "3", "4", "5").endsWith("5");
        assertThat(values.size()).isBetween(5, 7);
        assertThat(values.subList(0, 2)).containsExactly("1", "2");
        if (acknowledged) {
            // Every line was acknowledged before a checkpoint was sent.
            assertThat(values.subList(0, 4)).containsExactly("1", "2", "3", "4");
        }
        assertThat(rig.verdict("app.log").missing()).isZero();
    }

    @Test
    void saysWhichGuaranteeIsInForceAndEndsWhenAnotherOneClaims() throws Exception {
        rig.write("app.log", "1\n");
        try (Shipper first = Shippers.start(rig.atLeastOnce("state"))) {
            rig.awaitLines(first, 1);
            assertThat(first.status().delivery()).isEqualTo("at-least-once");
            try (Shipper second = Shippers.start(rig.atLeastOnce("other"))) {
                Awaitility.await()
                        .atMost(LONG)
                        .until(() -> {
                            rig.write("app.log", "more\n");
                            return first.status().state() == State.FENCED;
                        });
                assertThat(second.drain(LONG).complete()).isTrue();
            }
        }
    }

    private ShipProcess start(String... more) throws IOException {
        return start(List.of(), more);
    }

    private ShipProcess start(List<String> jvm, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("ship", "--kafka", kafka));
        arguments.addAll(List.of("--topic", rig.topic, "--delivery", "at-least-once"));
        arguments.addAll(List.of("--state", work.resolve("state").toString()));
        arguments.addAll(List.of("--instance", "host", "--origin", rig.origin.id()));
        arguments.addAll(List.of(more));
        arguments.add(rig.logs + "/*.log");
        return ShipProcess.start(jvm, work.resolve("ship.out"), arguments.toArray(String[]::new));
    }
}
