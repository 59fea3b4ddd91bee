package io.moor.gateway.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"1, 500", "2, 1000", "3, 2000", "7, 32000", "8, 60000", "1000000, 60000"})
    void doublesUpToAMinute(int failures, long millis) {
        assertThat(Backoff.after(failures).toMillis()).isEqualTo(millis);
    }
}
