package io.moor.gateway.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseExceptionTest {

    @ParameterizedTest
    @CsvSource({
        "23505, CONFLICT",
        "23514, BROKEN",
        "40001, TRANSIENT",
        "40P01, TRANSIENT",
        "55P03, TRANSIENT",
        "08006, UNAVAILABLE",
        "53300, UNAVAILABLE",
        "57P01, UNAVAILABLE",
        "'', UNAVAILABLE",
        "42601, BROKEN",
        "42P01, BROKEN"
    })
    void readsTheSqlState(String sqlState, DatabaseException.Kind kind) {
        assertThat(DatabaseException.kindOf(sqlState)).isEqualTo(kind);
    }
}
