package io.moor.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.Map;

class StackEndpointsTest {

    private static final StackEndpoints ENDPOINTS =
            new StackEndpoints(
                    "127.0.0.1:9092",
                    "jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres",
                    URI.create("http://127.0.0.1:9000"),
                    "access",
                    "hidden");

    @Test
    void comesBackFromItsEnvironment() {
        assertThat(StackEndpoints.fromEnvironment(ENDPOINTS.toEnvironment())).isEqualTo(ENDPOINTS);
    }

    @Test
    void namesWhatIsMissingInTheEnvironment() {
        assertThatThrownBy(
                        () -> StackEndpoints.fromEnvironment(Map.of("MOOR_KAFKA", "127.0.0.1:1")))
                .isInstanceOf(StackException.class)
                .hasMessageStartingWith("MOOR_JDBC_URL is missing in endpoints.env");
    }

    @Test
    void keepsTheSecretOutOfItsText() {
        assertThat(ENDPOINTS.toString()).contains("access", "***").doesNotContain("hidden");
    }
}
