package io.moor.gateway.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.protocol.ObservedAttachment;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservationTest {

    private static final long ORDER = 5;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ATTACHING | -          | ATTACHED | 3 | 1 | none | Attached
                    ATTACHING | -          | DETACHED | 3 | 9 | none | Nothing
                    ATTACHING | -          | DETACHED | 3 | 4 | 5    | Nothing
                    ATTACHING | -          | DETACHED | 3 | 5 | 5    | Released
                    ATTACHING | -          | FAILED   | 3 | 1 | none | Failed
                    ATTACHED  | -          | ATTACHED | 3 | 1 | none | Nothing
                    ATTACHED  | -          | DETACHED | 3 | 9 | none | Nothing
                    ATTACHED  | -          | DETACHED | 3 | 6 | 5    | Released
                    DETACHING | -          | ATTACHED | 3 | 9 | 5    | Nothing
                    DETACHING | -          | DETACHED | 3 | 5 | 5    | Released
                    DETACHING | -          | DETACHED | 3 | 0 | 5    | Nothing
                    DETACHING | -          | FAILED   | 3 | 5 | 5    | Failed
                    DETACHED  | RELEASED   | DETACHED | 3 | 9 | 5    | Nothing
                    DETACHED  | RELEASED   | ATTACHED | 3 | 9 | 5    | Late
                    DETACHED  | TERMINATED | DETACHED | 3 | 9 | none | Late
                    DETACHED  | OPERATOR   | ATTACHED | 3 | 9 | none | Late
                    DETACHED  | OPERATOR   | FAILED   | 3 | 9 | none | Late
                    ATTACHING | -          | ATTACHED | 2 | 9 | none | Late
                    ATTACHED  | -          | DETACHED | 2 | 9 | 5    | Late
                    ATTACHING | -          | ATTACHED | 4 | 9 | none | FromTheFuture
                    """)
    void decides(
            AttachmentState state,
            String end,
            ObservedAttachment.State reported,
            long epoch,
            long seen,
            String letGo,
            String expected) {
        // Given
        Attachment current =
                Samples.attachment(state, end.equals("-") ? null : ProofKind.valueOf(end));
        var observed = new ObservedAttachment("at-1", "v-1", epoch, reported, "", "because");

        // When
        Observation observation =
                Observation.decide(
                        current, observed, seen, letGo.equals("none") ? Long.MAX_VALUE : ORDER);

        // Then
        assertThat(observation.getClass().getSimpleName()).isEqualTo(expected);
    }
}
