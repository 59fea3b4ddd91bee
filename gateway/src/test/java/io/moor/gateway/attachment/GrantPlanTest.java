package io.moor.gateway.attachment;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.volume.VolumeState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrantPlanTest {

    private static final Instance TAKER =
            Samples.instance("inc-2", InstanceState.ACTIVE, false, false);

    @Test
    void firstGrantNeedsNobodysProof() {
        // When
        GrantPlan plan = GrantPlan.decide(Samples.volume(VolumeState.AVAILABLE, 0), null, TAKER);

        // Then
        assertThat(plan).isEqualTo(new GrantPlan.Grant(0, FencingProof.NONE_BEFORE));
    }

    @ParameterizedTest
    @EnumSource(
            value = ProofKind.class,
            names = {"RELEASED", "TERMINATED", "OPERATOR"})
    void laterGrantCarriesTheEndOfTheOneBefore(ProofKind end) {
        // When
        GrantPlan plan =
                GrantPlan.decide(
                        Samples.volume(VolumeState.AVAILABLE, 3),
                        Samples.attachment(AttachmentState.DETACHED, end),
                        TAKER);

        // Then
        assertThat(plan)
                .isEqualTo(new GrantPlan.Grant(3, new FencingProof(end, "sample end", "at-1")));
    }

    @ParameterizedTest
    @EnumSource(
            value = AttachmentState.class,
            names = {"ATTACHING", "ATTACHED", "DETACHING"})
    void aHolderWithoutProofIsWaitedForHoweverLongItIsSilent(AttachmentState state) {
        // When
        GrantPlan plan =
                GrantPlan.decide(
                        Samples.volume(VolumeState.AVAILABLE, 3),
                        Samples.attachment(state, null),
                        TAKER);

        // Then
        assertThat(plan)
                .isInstanceOfSatisfying(
                        GrantPlan.Wait.class,
                        wait ->
                                assertThat(wait.why())
                                        .contains("i-1")
                                        .contains("terminated event")
                                        .contains("evict"));
    }

    @Test
    void whatTheTakerHoldsIsHeld() {
        // Given
        Instance holder = Samples.instance("inc-1", InstanceState.ACTIVE, false, false);

        // When
        GrantPlan plan =
                GrantPlan.decide(
                        Samples.volume(VolumeState.AVAILABLE, 3),
                        Samples.attachment(AttachmentState.ATTACHED, null),
                        holder);

        // Then
        assertThat(plan).isEqualTo(new GrantPlan.Held());
    }

    @Test
    void anEpochWithoutARecordIsAPersonsCase() {
        assertThat(GrantPlan.decide(Samples.volume(VolumeState.AVAILABLE, 9), null, TAKER))
                .isInstanceOfSatisfying(
                        GrantPlan.Wait.class,
                        wait -> assertThat(wait.why()).contains("operator").contains("epoch 9"));
    }

    @ParameterizedTest
    @EnumSource(
            value = VolumeState.class,
            names = {"CREATING", "DELETING", "QUARANTINED"})
    void onlyAnAvailableVolumeIsGranted(VolumeState state) {
        assertThat(GrantPlan.decide(Samples.volume(state, 0), null, TAKER))
                .isInstanceOf(GrantPlan.Wait.class);
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, true, false",
        "ACTIVE, false, true",
        "DRAINING, false, false",
        "DRAINED, false, false",
        "TERMINATED, false, false"
    })
    void notToOneThatIsLeavingEvictedOrSilent(
            InstanceState state, boolean evicted, boolean expired) {
        assertThat(
                        GrantPlan.decide(
                                Samples.volume(VolumeState.AVAILABLE, 0),
                                null,
                                Samples.instance("inc-2", state, evicted, expired)))
                .isInstanceOfSatisfying(
                        GrantPlan.Wait.class, wait -> assertThat(wait.why()).isNotEmpty());
    }

    @Test
    void waitsForAnInstance() {
        assertThat(GrantPlan.decide(Samples.volume(VolumeState.AVAILABLE, 0), null, null))
                .isEqualTo(new GrantPlan.Wait("waiting for an instance to register", false));
    }
}
