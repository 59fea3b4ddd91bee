package io.moor.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.gateway.instance.Instance;
import io.moor.gateway.instance.InstanceState;
import io.moor.gateway.instance.SlotId;
import io.moor.gateway.problem.Problem;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;

class DeathTest {

    private static final Instant JOINED = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instance LIFE =
            new Instance(
                    "inc-1",
                    "i-1",
                    "boot-1",
                    new SlotId("g", 0),
                    InstanceState.ACTIVE,
                    false,
                    1,
                    JOINED,
                    new Instance.Lease(JOINED, JOINED, JOINED),
                    null,
                    null);

    private static CloudEvent event(
            @Nullable Instant time, @Nullable String boot, @Nullable String incarnation) {
        return new CloudEvent("e", "s", CloudEvent.TERMINATED, "i-1", time, boot, incarnation, "");
    }

    @Test
    void appliesWhenNothingSpeaksAgainstIt() {
        assertThat(Death.decide(event(null, null, null), LIFE, true))
                .isInstanceOf(Death.Applies.class);
        assertThat(Death.decide(event(JOINED.plusSeconds(1), null, null), LIFE, true))
                .isInstanceOf(Death.Applies.class);
    }

    @Test
    void eventFromBeforeTheRegistrationIsAboutAnEarlierLife() {
        assertThat(Death.decide(event(JOINED.minusSeconds(1), null, null), LIFE, true))
                .isInstanceOf(Death.OtherLife.class);
    }

    @Test
    void aNamedLifeIsTheOneMeantWhateverTheClocksSay() {
        assertThat(Death.decide(event(JOINED.minusSeconds(9), "boot-1", null), LIFE, true))
                .isInstanceOf(Death.Applies.class);
        assertThat(Death.decide(event(null, "boot-2", null), LIFE, true))
                .isInstanceOf(Death.OtherLife.class);
        assertThat(Death.decide(event(null, "boot-1", "inc-2"), LIFE, true))
                .isInstanceOf(Death.OtherLife.class);
    }

    @Test
    void aLifeAfterAnotherMustBeNamedOrDated() {
        assertThat(Death.decide(event(null, null, null), LIFE, false))
                .isInstanceOf(Death.OtherLife.class);
        assertThat(Death.decide(event(null, null, "inc-1"), LIFE, false))
                .isInstanceOf(Death.Applies.class);
        assertThat(Death.decide(event(JOINED.plusSeconds(1), null, null), LIFE, false))
                .isInstanceOf(Death.Applies.class);
    }

    @Test
    void terminatedWithoutSubjectIsInvalid() {
        assertThatThrownBy(() ->
                        new CloudEvent("e", "s", CloudEvent.TERMINATED, null, null, null, null, ""))
                .isInstanceOf(Problem.class);
    }
}
