package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.SourceConfig.Oversized;
import io.moor.shipper.kafka.Topics;
import io.moor.shipper.verify.StreamVerdict;
import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Lines that are too long for their topic, in the same transaction elsewhere. */
@ExtendWith(EmbeddedStackExtension.class)
class DeadLetterIT {

    @TempDir Path work;
    private ShippingRig rig;

    @BeforeEach
    void prepare(StackEndpoints stack) throws IOException {
        rig = new ShippingRig(work, stack.kafka());
    }

    @Test
    void aLineThatIsTooLongIsADeadLetterAndTheNextRecordTellsIt() throws Exception {
        String tooLong = "x".repeat(21);
        rig.write("app.log", "1\n" + tooLong + "\n" + tooLong + "\r\n2\n");
        assertThat(ship(20)).isTrue();

        assertThat(rig.lines())
                .extracting(
                        ShippingRig.Line::value,
                        line -> line.span().substring(17),
                        ShippingRig.Line::flags,
                        ShippingRig.Line::skipped)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("1", "0-2", "", ""),
                        org.assertj.core.groups.Tuple.tuple("2", "47-49", "", "2-47:dead-letter"));
        assertThat(dead())
                .extracting(ShippingRig.Line::value, line -> line.span().substring(17))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(tooLong, "2-24"),
                        org.assertj.core.groups.Tuple.tuple(tooLong, "24-47"));
        assertThat(dead()).allMatch(line -> line.flags().equals("dead-letter"));
        assertSkipped(45, 2);
    }

    /** The seal tells it until a later run has a record. */
    @Test
    void aDeadLetterAtTheEndIsToldByTheCheckpointAndThenByTheNextRun() throws Exception {
        String tooLong = "y".repeat(30);
        rig.write("app.log", "1\n" + tooLong + "\n");
        assertThat(ship(20)).isTrue();
        assertSkipped(31, 1);

        rig.write("app.log", tooLong + "\n");
        assertThat(ship(20)).isTrue();
        assertSkipped(62, 1);

        rig.write("app.log", "2\n");
        assertThat(ship(20)).isTrue();
        assertThat(rig.lines().getLast().skipped()).isEqualTo("2-64:dead-letter");
        assertSkipped(62, 2);
    }

    /** The topic of dead letters has the broker's limit of 1 MiB. */
    @Test
    void aLineThatIsTooLongEvenForDeadLettersIsOneInPieces() throws Exception {
        String huge = "z".repeat(3 << 20);
        rig.write("app.log", "1\n" + huge + "\n2\n");
        assertThat(ship(1 << 19)).isTrue();

        List<ShippingRig.Line> pieces = dead();
        assertThat(pieces)
                .hasSizeBetween(4, 5)
                .allMatch(p -> p.flags().equals("dead-letter,split"));
        StringBuilder joined = new StringBuilder();
        pieces.forEach(piece -> joined.append(piece.value()));
        assertThat(joined.toString()).isEqualTo(huge);
        assertSkipped((3 << 20) + 1, 2);
    }

    private boolean ship(int maxLine) throws Exception {
        SourceConfig usual = rig.source("logs", "app.log", rig.topic);
        ShipperConfig config =
                rig.config(
                        List.of(
                                new SourceConfig(
                                        usual.name(),
                                        usual.files(),
                                        usual.exclude(),
                                        usual.topic(),
                                        maxLine,
                                        Oversized.DEAD_LETTER)));
        try (Shipper shipper = Shippers.start(ShippingRig.untilEof(config))) {
            return shipper.ended().get().complete();
        }
    }

    private List<ShippingRig.Line> dead() {
        return rig.lines(Topics.DEAD_LETTERS).stream()
                .filter(line -> line.key().equals(rig.key("app.log")))
                .toList();
    }

    private void assertSkipped(long skipped, long lines) throws Exception {
        assertThat(rig.verdict("app.log"))
                .returns(true, StreamVerdict::holds)
                .returns(lines, StreamVerdict::lines)
                .returns(skipped, StreamVerdict::skipped)
                .returns(0L, StreamVerdict::missing)
                .returns(0L, StreamVerdict::damaged);
    }
}
