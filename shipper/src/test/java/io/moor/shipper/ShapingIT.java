package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.frame.Framing;
import io.moor.shipper.shape.Parse;
import io.moor.shipper.shape.Rule;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.shape.Shape.Form;
import io.moor.shipper.shape.Shape.Timestamp;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Rules and formats end to end: what is left out is told, and stays left out after a restart. */
@ExtendWith(EmbeddedStackExtension.class)
class ShapingIT {

    @TempDir private Path work;

    private ShippingRig rig;

    @BeforeEach
    void ready(StackEndpoints stack) throws Exception {
        rig = new ShippingRig(work, stack.kafka());
    }

    @Test
    void tellsWhatRulesLeaveOutAndGoesOnBehindIt() throws Exception {
        Shape shape =
                new Shape(
                        Form.RAW,
                        Parse.NONE,
                        null,
                        Timestamp.READ,
                        List.of(
                                new Rule("^DEBUG", null, null, null, null, null),
                                new Rule(null, null, "pass\\w+", null, null, "*")));
        rig.write("app.log", "INFO a\nDEBUG b\nDEBUG c\nINFO password\nDEBUG d\n");
        try (Shipper shipper = start(shape, false)) {
            rig.awaitLines(shipper, 2);
            // Nothing but what is dropped moves the checkpoint, too.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> shipper.status().sources().getFirst().behindBytes() == 0);
        }
        rig.write("app.log", "DEBUG e\nINFO f\n");
        try (Shipper shipper = start(shape, true)) {
            assertThat(shipper.ended().get().complete()).isTrue();
        }

        assertThat(rig.values("app.log")).containsExactly("INFO a", "INFO *", "INFO f");
        assertThat(rig.lines())
                .extracting(ShippingRig.Line::flags)
                .containsExactly("", "redacted", "");
        assertThat(rig.lines())
                .extracting(ShippingRig.Line::skipped)
                .containsExactly("", "7-23:drop", "37-53:drop");
        assertThat(rig.verdict("app.log").missing()).isZero();
        assertThat(rig.verdict("app.log").doubled()).isZero();
        assertThat(rig.verdict("app.log").sealed()).isTrue();
    }

    @Test
    void shipsJson() throws Exception {
        rig.write("app.log", "level=error msg=x\n");
        Shape shape = new Shape(Form.JSON, Parse.parse("logfmt"), null, Timestamp.READ, List.of());
        try (Shipper shipper = start(shape, true)) {
            assertThat(shipper.ended().get().complete()).isTrue();
        }

        assertThat(rig.values("app.log"))
                .singleElement()
                .asString()
                .contains(
                        "\"body\":\"level=error msg=x\"", "\"severityNumber\":17", "\"msg\":\"x\"");
        assertThat(rig.verdict("app.log").missing()).isZero();
    }

    private Shipper start(Shape shape, boolean untilEof) throws ShipperException {
        ShipperConfig config =
                rig.config(
                        List.of(
                                new SourceConfig(
                                        "logs",
                                        List.of(rig.logs + "/*.log"),
                                        List.of(),
                                        rig.topic,
                                        1 << 20,
                                        SourceConfig.Oversized.SPLIT,
                                        Framing.LINES,
                                        shape,
                                        new Sending(Map.of("env", "test"), 0))));
        return Shippers.start(untilEof ? ShippingRig.untilEof(config) : config);
    }
}
