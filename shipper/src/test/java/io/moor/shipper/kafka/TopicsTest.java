package io.moor.shipper.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void checkpointsMustBeCompactedAndNothingElse() {
        assertThat(Topics.unfit(Topics.CHECKPOINTS, "compact")).isEmpty();
        assertThat(Topics.unfit(Topics.CHECKPOINTS, "delete")).isPresent();
        assertThat(Topics.unfit(Topics.CHECKPOINTS, "compact,delete")).isPresent();
    }

    @Test
    void linesMustNotBeCompacted() {
        assertThat(Topics.unfit("logs", "delete")).isEmpty();
        assertThat(Topics.unfit("logs", "compact,delete")).isPresent();
    }

    @Test
    void whatCannotBeSeenIsNotRefused() {
        assertThat(Topics.unfit(Topics.CHECKPOINTS, "")).isEmpty();
        assertThat(Topics.unfit("logs", "")).isEmpty();
    }
}
