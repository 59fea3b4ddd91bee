package io.moor.shipper.verify;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.checkpoint.GenerationCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint;
import io.moor.shipper.checkpoint.StreamCheckpoint.Totals;
import io.moor.shipper.identity.ContentEvidence;
import io.moor.shipper.identity.Evidence;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.stream.OpenLine;
import io.moor.shipper.stream.SkippedRange;
import io.moor.shipper.stream.Span;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.random.RandomGenerator;

class StreamProofTest {

    private static final String OLD = "4f1c09d2aa310b7e";
    private static final String NEW = "9a20c4417e55d013";

    private final StreamProof proof = new StreamProof();

    @Test
    void provesTheWorkedExample() {
        record(OLD, 0, 6, "start");
        record(OLD, 6, 12, "GET /");
        proof.record(
                0,
                new Span(OLD, 20, 41),
                bytes("last of the old file"),
                List.of(new SkippedRange(12, 20, "drop")));
        record(NEW, 0, 22, "first of the new file");
        record(NEW, 22, 36, "no newline yet");
        record(NEW, 36, 50, " and its rest");

        assertThat(verdict())
                .isEqualTo(new StreamVerdict("s", "t", 0, 6, 83, 8, false, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void findsAMissingRecord() {
        record(OLD, 0, 6, "start");
        record(OLD, 12, 18, "after");

        assertThat(verdict().missing()).isEqualTo(6);
        assertThat(verdict().holds()).isFalse();
    }

    @Test
    void findsAMissingHeadUnlessRetentionTookIt() {
        record(OLD, 6, 12, "after");

        assertThat(verdict().missing()).isEqualTo(6);
        assertThat(proof.verdict("s", "t", _ -> true).missing()).isZero();
        assertThat(proof.verdict("s", "t", _ -> true).expired()).isEqualTo(6);
    }

    @Test
    void doesNotCallAMissingHeadOfALaterGenerationExpired() {
        record(OLD, 0, 6, "start");
        record(NEW, 6, 12, "after");

        assertThat(proof.verdict("s", "t", _ -> true).missing()).isEqualTo(6);
    }

    @Test
    void findsADoubledRecord() {
        record(OLD, 0, 6, "start");
        record(OLD, 6, 12, "again");
        record(OLD, 6, 12, "again");

        assertThat(verdict().doubled()).isEqualTo(6);
        assertThat(verdict().holds()).isFalse();
    }

    @Test
    void noticesReorderedRecords() {
        record(OLD, 6, 12, "later");
        record(OLD, 0, 6, "start");

        assertThat(verdict().reordered()).isEqualTo(1);
        assertThat(verdict().missing() + verdict().doubled()).isZero();
    }

    @Test
    void noticesAGenerationThatComesBack() {
        record(OLD, 0, 6, "start");
        record(NEW, 0, 6, "other");
        record(OLD, 6, 12, "later");

        assertThat(verdict().reordered()).isEqualTo(1);
    }

    /** Ranges against a plain array of counters. */
    @Test
    void countsRangesLikeASimpleModel() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int round = 0; round < 500; round++) {
            Coverage coverage = new Coverage();
            int[] counts = new int[40];
            long overlaps = 0;
            for (int i = 0; i < 8; i++) {
                int start = random.nextInt(40);
                int end = start + random.nextInt(41 - start);
                long expected = 0;
                for (int at = start; at < end; at++) {
                    expected += counts[at]++ > 0 ? 1 : 0;
                }
                overlaps = coverage.add(start, end);
                assertThat(overlaps).isEqualTo(expected);
            }
            long gaps = 0;
            for (int count : counts) {
                gaps += count == 0 ? 1 : 0;
            }
            assertThat(coverage.gaps(0, 40)).isEqualTo(gaps);
        }
    }

    @Test
    void doesNotCallANewestGenerationWithoutRecordsExpired() {
        proof.checkpoint(checkpoint(Totals.NONE, generation(OLD, 6), generation(NEW, 22)));
        record(OLD, 3, 6, "rt");

        StreamVerdict verdict = proof.verdict("s", "t", _ -> true);

        assertThat(verdict.expired()).isEqualTo(3);
        assertThat(verdict.missing()).isEqualTo(22);
    }

    @Test
    void callsAnOldestGenerationWithoutRecordsExpired() {
        proof.checkpoint(checkpoint(Totals.NONE, generation(OLD, 6), generation(NEW, 22)));
        record(NEW, 0, 22, "first of the new file");

        StreamVerdict verdict = proof.verdict("s", "t", _ -> true);

        assertThat(verdict.expired()).isEqualTo(6);
        assertThat(verdict.missing()).isZero();
    }

    @Test
    void missesRecordsOfGenerationsThatAreOnlySummedUp() {
        proof.checkpoint(checkpoint(new Totals(1, 1, 6), generation(NEW, 22)));
        record(NEW, 0, 22, "first of the new file");

        assertThat(verdict().missing()).isEqualTo(6);
        assertThat(proof.verdict("s", "t", _ -> true).expired()).isEqualTo(6);

        record(OLD, 0, 6, "start");

        assertThat(verdict().missing()).isZero();
    }

    @Test
    void holdsAnArchivedGenerationAgainstItsOwnRecord() {
        proof.checkpoint(checkpoint(new Totals(1, 1, 6), generation(NEW, 22)));
        proof.archived(generation(OLD, 6));
        record(OLD, 0, 4, "sta");
        record(NEW, 0, 22, "first of the new file");

        assertThat(verdict().missing()).isEqualTo(2);
        assertThat(verdict().expired()).isZero();
    }

    @Test
    void callsAnArchivedGenerationBeforeTheFirstRecordExpired() {
        proof.checkpoint(checkpoint(new Totals(1, 1, 6), after(OLD, generation(NEW, 22))));
        proof.archived(generation(OLD, 6));
        record(NEW, 0, 22, "first of the new file");

        assertThat(verdict().missing()).isEqualTo(6);
        assertThat(proof.verdict("s", "t", _ -> true).expired()).isEqualTo(6);
        assertThat(proof.verdict("s", "t", _ -> true).missing()).isZero();
    }

    /** It was archived, and grew after all: the checkpoint is newer. */
    @Test
    void believesTheCheckpointMoreThanAnArchivedRecord() {
        proof.checkpoint(checkpoint(Totals.NONE, generation(OLD, 12)));
        proof.archived(generation(OLD, 6));
        record(OLD, 0, 6, "start");

        assertThat(verdict().missing()).isEqualTo(6);
    }

    private static StreamCheckpoint checkpoint(Totals earlier, GenerationCheckpoint... listed) {
        return new StreamCheckpoint("o", "s", "t", 0, "logs", 0, false, earlier, List.of(listed));
    }

    private static GenerationCheckpoint generation(String fileId, long offset) {
        return new GenerationCheckpoint(
                fileId,
                "app.log",
                offset,
                1,
                offset,
                0,
                OpenLine.NONE,
                null,
                null,
                offset,
                null,
                new Evidence(
                        new PhysicalId("2@x", 1, 2, null),
                        new ContentEvidence(offset, 0, "", 0, "")),
                List.of());
    }

    private static GenerationCheckpoint after(String previous, GenerationCheckpoint it) {
        return new GenerationCheckpoint(
                it.fileId(),
                it.path(),
                it.offset(),
                it.lines(),
                it.bytes(),
                it.hash(),
                it.openLine(),
                it.lastEventTime(),
                previous,
                it.size(),
                it.ended(),
                it.evidence(),
                it.skippedBehind());
    }

    @Test
    void aValueThatIsNotAsLongAsItsSpanIsBroken() {
        record(OLD, 0, 6, "start");
        record(OLD, 6, 120, "G");
        record(OLD, 120, 126, "much longer than its span");
        record(OLD, 126, 130, "x");

        assertThat(verdict().broken()).isEqualTo(3);
        assertThat(verdict().holds()).isFalse();
    }

    @Test
    void fourBytesAroundAValueAreNoLineEndWhereOthersHaveOne() {
        record(OLD, 0, 6, "start");
        record(OLD, 6, 12, "again");
        record(OLD, 12, 18, "on");

        assertThat(verdict().broken()).isEqualTo(1);
    }

    @Test
    void everyLineEndAndMarkOfEveryCharsetFits() {
        // UTF-16 with its mark and CRLF, then LF, CRLF, and an unterminated rest.
        record(OLD, 0, 10, "a_b_");
        record(OLD, 10, 14, "c_");
        record(OLD, 14, 20, "d_");
        record(OLD, 20, 24, "e_f_");
        // UTF-8 with its mark and CRLF.
        record(NEW, 0, 8, "abc");
        record(NEW, 8, 12, "abc");

        assertThat(verdict().broken()).isZero();
        assertThat(verdict().holds()).isTrue();
    }

    @Test
    void aJsonObjectOfALineIsLongerThanTheLine() {
        record(OLD, 0, 4, "{\"timestamp\":\"2026-01-01T00:00:00Z\",\"body\":\"abc\"}");
        assertThat(verdict().broken()).isZero();

        record(OLD, 4, 8, "{\"other\":\"abc\"}");
        record(OLD, 8, 12, "{\"body\":\"abc");
        assertThat(verdict().broken()).isEqualTo(2);
    }

    @Test
    void aFlagThatSaysSoChangesAValue() {
        proof.record(0, new Span(OLD, 0, 60), bytes("card ***"), List.of(), true);
        record(OLD, 60, 66, "start");

        assertThat(verdict().broken()).isZero();
        assertThat(verdict().holds()).isTrue();
    }

    private void record(String fileId, long start, long end, String value) {
        proof.record(0, new Span(fileId, start, end), bytes(value), List.of());
    }

    private StreamVerdict verdict() {
        return proof.verdict("s", "t", _ -> false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
