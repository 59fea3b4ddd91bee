package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.frame.Framing.Input;
import io.moor.shipper.frame.Multiline;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Events of several lines, other encodings and containers' files, across restarts and rotation. */
@ExtendWith(EmbeddedStackExtension.class)
class FramingIT {

    private static final String TRACE =
            """
            ERROR boom
            java.io.IOException: x
            \tat a.B.c(B.java:1)
            Caused by: y.Z
            \t... 1 more\
            """;

    @TempDir private Path work;

    private ShippingRig rig;

    @BeforeEach
    void ready(StackEndpoints stack) throws Exception {
        rig = new ShippingRig(work, stack.kafka());
    }

    @Test
    void joinsStackTracesAcrossRestartAndRotation() throws Exception {
        Framing java = new Framing(Input.PLAIN, Encoding.UTF_8, Multiline.parse("java"));
        rig.write("app.log", "INFO a\n" + TRACE.substring(0, 30));
        try (Shipper shipper = start(java)) {
            // The line before the open one is complete, and whole as nothing follows for a while.
            rig.awaitLines(shipper, 1);
        }
        rig.write("app.log", TRACE.substring(30) + "\n");
        try (Shipper shipper = start(java)) {
            rig.awaitLines(shipper, 2);
            rig.write("app.log", "INFO b\n\tat late.Frame(x.java)\n");
            rig.move("app.log", "app.log.1");
            rig.write("app.log", "\tat rotated.Frame(x.java)\nINFO c\n");
            rig.awaitLines(shipper, 5);
            assertThat(shipper.drain(Duration.ofSeconds(20)).complete()).isTrue();
        }

        assertThat(rig.values("app.log"))
                .containsExactly(
                        "INFO a",
                        TRACE,
                        "INFO b\n\tat late.Frame(x.java)",
                        "\tat rotated.Frame(x.java)",
                        "INFO c");
        assertThat(rig.lines())
                .extracting(ShippingRig.Line::flags)
                .containsExactly("", "multiline", "multiline", "continued", "");
        assertThat(rig.verdict("app.log").missing()).isZero();
        assertThat(rig.verdict("app.log").doubled()).isZero();
    }

    @Test
    void shipsTheBytesOfOtherEncodings() throws Exception {
        for (String name :
                List.of(
                        "UTF-16",
                        "UTF-16LE",
                        "UTF-16BE",
                        "x-windows-949",
                        "Shift_JIS",
                        "GB18030")) {
            Charset charset = Charset.forName(name);
            Path file = rig.logs.resolve(name + ".log");
            byte[] text = "\uAC00\u65E5\r\nb\n".getBytes(charset);
            Files.write(file, text);
            try (Shipper shipper =
                    start(
                            new Framing(Input.PLAIN, Encoding.parse(name), Multiline.NONE),
                            name + ".log",
                            true)) {
                assertThat(shipper.ended().get().complete()).isTrue();
            }

            int mark = name.equals("UTF-16") ? 2 : 0;
            Charset written = mark == 0 ? charset : StandardCharsets.UTF_16BE;
            assertThat(rig.lines())
                    .filteredOn(line -> line.key().equals(rig.key(name + ".log")))
                    .extracting(line -> line.span().substring(17))
                    .containsExactly(
                            "0-" + (text.length - "b\n".getBytes(written).length),
                            text.length - "b\n".getBytes(written).length + "-" + text.length);
            // Line ends are not in the values: verify has to tell CR LF from a wide LF.
            assertThat(rig.verdict(name + ".log")).matches(StreamVerdict::holds);
        }
    }

    @Test
    void putsTheLinesOfContainersTogether() throws Exception {
        String time = "2026-11-21T10:00:00.123456789Z ";
        rig.write(
                "app.log",
                time + "stdout P par\n" + time + "stderr F other\n" + time + "stdout F tial\n");
        try (Shipper shipper =
                start(new Framing(Input.CRI, Encoding.UTF_8, Multiline.NONE), "app.log", true)) {
            assertThat(shipper.ended().get().complete()).isTrue();
        }

        assertThat(rig.values("app.log")).containsExactly("partial", "other");
        assertThat(rig.verdict("app.log").missing()).isZero();
        assertThat(rig.verdict("app.log").doubled()).isZero();
        assertThat(rig.verdict("app.log").sealed()).isTrue();
    }

    private Shipper start(Framing framing) throws ShipperException {
        return start(framing, "*.log", false);
    }

    private Shipper start(Framing framing, String files, boolean untilEof) throws ShipperException {
        ShipperConfig config =
                rig.config(
                        List.of(
                                new SourceConfig(
                                        "logs",
                                        List.of(rig.logs + "/" + files),
                                        List.of(),
                                        rig.topic,
                                        1 << 20,
                                        SourceConfig.Oversized.SPLIT,
                                        framing,
                                        Shape.AS_IT_IS,
                                        Sending.PLAIN)));
        return Shippers.start(untilEof ? ShippingRig.untilEof(config) : config);
    }
}
