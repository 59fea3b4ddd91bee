package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.verify.StreamVerdict;
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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The shipper dies at every moment there is; readers see every line once. */
@ExtendWith(EmbeddedStackExtension.class)
class KillIT {

    private static final int FILES = 4;

    @TempDir Path work;

    private ShippingRig rig;
    private String kafka;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        kafka = stack.kafka();
        rig = new ShippingRig(work, kafka);
    }

    @Test
    void shipsEveryLineOnceThroughKillsAndRotation() throws Exception {
        RotatingWriter writer = new RotatingWriter(rig.logs, FILES, 500);
        try (ShipProcess first = start(List.of())) {
            // From now on every stream is known; rotated names are outside the glob.
            rig.awaitVerifiedStreams(FILES);
            writer.rotate();
            first.kill();
        }
        for (int round = 0; round < 6; round++) {
            try (ShipProcess shipper = start(List.of())) {
                // Anywhere between the JVM's start and steady shipping.
                TimeUnit.MILLISECONDS.sleep(1_200 + round * 411L);
                shipper.kill();
            }
        }
        try (ShipProcess last = start(List.of())) {
            TimeUnit.SECONDS.sleep(3);
            long lines = writer.stop();
            last.terminate();
            assertThat(last.exitCode()).as(last.output()).isZero();

            for (int file = 0; file < FILES; file++) {
                String name = RotatingWriter.name(file);
                assertThat(rig.values(name))
                        .isEqualTo(
                                LongStream.range(0, lines).mapToObj(RotatingWriter::line).toList());
                assertThat(rig.verdict(name))
                        .returns(true, StreamVerdict::holds)
                        .returns(true, StreamVerdict::sealed)
                        .returns(0L, StreamVerdict::reordered);
            }
            assertThat(rig.verify().streams()).hasSize(FILES);
        }
    }

    /** The first transaction only claims the origin, the second has lines. */
    @ParameterizedTest
    @CsvSource({
        "AFTER_BEGIN,2",
        "AFTER_LINES,1",
        "AFTER_CHECKPOINT,1",
        "BEFORE_COMMIT,2",
        "AFTER_COMMIT,2",
        "BEFORE_COMMIT,1",
        "AFTER_COMMIT,1"
    })
    void shipsEveryLineOnceWhenItDiesBetweenTwoSteps(String point, int times) throws Exception {
        rig.write("app.log", "1\n2\n3\n");
        List<String> jvm = List.of("-Dmoor.kill-point=" + point, "-Dmoor.kill-after=" + times);
        try (ShipProcess dying = start(jvm, "--until-eof")) {
            assertThat(dying.exitCode()).isEqualTo(137);
        }
        rig.write("app.log", "4\n");
        try (ShipProcess next = start(List.of(), "--until-eof")) {
            assertThat(next.exitCode()).as(next.output()).isZero();
        }

        assertThat(rig.values("app.log")).containsExactly("1", "2", "3", "4");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    @Test
    void drainsAndSealsOnSigterm() throws Exception {
        rig.write("app.log", "1\n2\nunterminated");
        try (ShipProcess shipper = start(List.of())) {
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
        try (ShipProcess shipper = start(List.of())) {
            rig.awaitVerified(1);
            shipper.terminate();
            awaitOutput(shipper, "draining");
            shipper.terminate();
            assertThat(shipper.exitCode()).isEqualTo(3);
        } finally {
            writer.stop();
        }
    }

    @Test
    void aFrozenShipperIsFencedByItsSuccessorAndSaysSo() throws Exception {
        rig.write("app.log", "1\n");
        try (ShipProcess first = start(List.of())) {
            rig.awaitVerified(1);
            first.signal("STOP");
            try (ShipProcess second = startIn("other", List.of())) {
                rig.write("app.log", "2\n");
                rig.awaitVerified(2);
                first.signal("CONT");
                rig.write("app.log", "3\n");
                assertThat(first.exitCode()).as(first.output()).isEqualTo(1);
                assertThat(first.output()).contains("took over");
                second.terminate();
                assertThat(second.exitCode()).as(second.output()).isZero();
            }
        }
        assertThat(rig.values("app.log")).containsExactly("1", "2", "3");
        assertThat(rig.verdict("app.log").holds()).isTrue();
    }

    private ShipProcess start(List<String> jvm, String... more) throws IOException {
        return startIn("state", jvm, more);
    }

    private ShipProcess startIn(String state, List<String> jvm, String... more) throws IOException {
        String[] arguments = new String[12 + more.length];
        String[] fixed = {
            "ship",
            "--kafka",
            kafka,
            "--topic",
            rig.topic,
            "--state",
            work.resolve(state).toString(),
            "--instance",
            "host",
            "--origin",
            "kill-" + rig.topic,
            rig.logs + "/*.log"
        };
        System.arraycopy(fixed, 0, arguments, 0, fixed.length);
        System.arraycopy(more, 0, arguments, fixed.length, more.length);
        return ShipProcess.start(jvm, work.resolve(state + ".out"), arguments);
    }

    private static void awaitOutput(ShipProcess process, String text) {
        Awaitility.await().until(() -> process.output().contains(text));
    }
}
