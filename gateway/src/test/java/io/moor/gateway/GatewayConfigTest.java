package io.moor.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.config.HostPort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class GatewayConfigTest {

    private static final String LEAST =
            """
            token: sixteen-letters-or-more
            database: {url: "jdbc:postgresql://db/moor"}
            """;

    @Test
    void hasDefaults() throws ConfigException {
        // When
        GatewayConfig config = ConfigFile.parse("gateway.yaml", LEAST, GatewayConfig.class);

        // Then
        assertThat(config.listen()).isEqualTo(new HostPort("127.0.0.1", 7080));
        assertThat(config.lease().ttl()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.database().poolSize()).isEqualTo(10);
        assertThat(config.database().user()).isNull();
        assertThat(config.providers()).isEmpty();
    }

    @Test
    void exampleInTheDocumentsSetsEveryKey(@TempDir Path directory)
            throws ConfigException, IOException {
        // Given
        Path token = Files.writeString(directory.resolve("token"), "from-a-file-0123456789\n");
        Path password = Files.writeString(directory.resolve("password"), "pass-word\n");
        String example =
                Files.readString(Path.of("..", "docs", "gateway.example.yaml"))
                        .replace("/run/secrets/moor-operator", token.toString())
                        .replace("/run/secrets/moor-database", password.toString());

        // When
        GatewayConfig config = ConfigFile.parse("gateway.yaml", example, GatewayConfig.class);

        // Then
        assertThat(config.token().reveal()).isEqualTo("from-a-file-0123456789");
        assertThat(config.database().user()).isEqualTo("moor");
        assertThat(config.database().poolSize()).isEqualTo(10);
        assertThat(config.providers()).containsOnlyKeys("shared", "plain");
        assertThat(config.providers().get("shared"))
                .isEqualTo(
                        new ProviderConfig(
                                ProviderConfig.Type.IMAGE, Path.of("/mnt/shared/volumes")));
        assertThat(config.toString()).doesNotContain("from-a-file").doesNotContain("pass-word");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    token: short                                            | 16 characters
                    lease: {ttl: 100ms}                                     | 1s to 10m
                    lease: {ttl: 11m}                                       | 1s to 10m
                    providers: {shared: {type: image, root: relative/path}} | absolute
                    providers: {Shared: {type: image, root: /x}}            | lower-case
                    providers: {shared: {type: tape, root: /x}}             | tape
                    leese: {ttl: 15s}                                       | lease
                    """)
    void refusesWhatCannotBeMeant(String line, String message) {
        // Given
        String yaml =
                (line.startsWith("token") ? LEAST.replaceFirst("token: .*\n", "") : LEAST)
                        + line
                        + "\n";

        // When, Then
        assertThatThrownBy(() -> ConfigFile.parse("gateway.yaml", yaml, GatewayConfig.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAPoolOrUrlThatCannotWork() {
        assertThatThrownBy(() ->
                        ConfigFile.parse(
                                "gateway.yaml",
                                LEAST.replace("/moor\"", "/moor\", pool-size: 0"),
                                GatewayConfig.class))
                .hasMessageContaining("1 to 100");
        assertThatThrownBy(() ->
                        ConfigFile.parse(
                                "gateway.yaml",
                                LEAST.replace("/moor\"", "/moor?password=x\""),
                                GatewayConfig.class))
                .hasMessageContaining("database.password")
                .message()
                .doesNotContain("password=x");
    }
}
