package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ShipperConfigTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sasl.jaas.config",
                "ssl.key.password",
                "ssl.keystore.password",
                "ssl.truststore.password",
                "ssl.keystore.key",
                "sasl.oauthbearer.client.credentials.client.secret",
                "Some.TOKEN"
            })
    void neverPrintsASecret(String key) {
        assertThat(config(Map.of(key, "hunter2")).toString())
                .doesNotContain("hunter2")
                .contains(key + "=***");
    }

    @Test
    void printsTheRest() {
        assertThat(config(Map.of("bootstrap.servers", "k1:9092")))
                .hasToString(
                        "ShipperConfig[origin=o, scope="
                                + scope()
                                + ", sources=[], kafka={bootstrap.servers=k1:9092}, state=state,"
                                + " ownerEpoch=3, untilEof=false, delivery=EXACTLY_ONCE,"
                                + " sink=PRODUCER]");
    }

    private static StreamScope scope() {
        return new StreamScope(
                Optional.empty(), Optional.empty(), Optional.of("h"), Optional.empty());
    }

    private static ShipperConfig config(Map<String, String> kafka) {
        return new ShipperConfig(
                new Origin("o"),
                scope(),
                List.of(),
                kafka,
                Path.of("state"),
                3,
                false,
                ShipperConfig.Delivery.EXACTLY_ONCE,
                ShipperConfig.Sink.PRODUCER);
    }
}
