package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One line that is far larger than the shipper's memory; the file goes on behind it. */
@ExtendWith(EmbeddedStackExtension.class)
class HugeLineIT {

    /** A gibibyte of NUL, which a hole of the file gives without a disk. */
    private static final long HUGE = 1L << 30;

    private static final int PIECE = 512 << 10;

    @TempDir private Path work;

    @ParameterizedTest
    @ValueSource(strings = {"split", "dead-letter"})
    void isShippedInBoundedMemory(String oversized, StackEndpoints stack) throws Exception {
        ShippingRig rig = new ShippingRig(work, stack.kafka());
        rig.write("app.log", "before\n");
        Path file = rig.logs.resolve("app.log");
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
            log.seek("before\n".length() + HUGE);
            log.write("\nafter\n".getBytes(StandardCharsets.US_ASCII));
        }

        try (ShipProcess shipper =
                ShipProcess.start(
                        List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"),
                        work.resolve("shipper.out"),
                        "ship",
                        "--kafka",
                        stack.kafka(),
                        "--topic",
                        rig.topic,
                        "--state",
                        work.resolve("state").toString(),
                        "--origin",
                        rig.origin.id(),
                        "--instance",
                        "host",
                        "--max-line",
                        String.valueOf(PIECE),
                        "--oversized",
                        oversized,
                        "--until-eof",
                        file.toString())) {
            assertThat(shipper.exitCode(Duration.ofMinutes(3))).as(shipper.output()).isZero();
        }

        StreamVerdict verdict = rig.verdict("app.log");
        assertThat(verdict).matches(StreamVerdict::holds).matches(StreamVerdict::sealed);
        boolean split = oversized.equals("split");
        assertThat(verdict.lines()).isEqualTo(split ? 2 + HUGE / PIECE : 2);
    }
}
