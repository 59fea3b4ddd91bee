package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.config.LogConfig;
import io.moor.shipper.imports.Imported;
import io.moor.shipper.imports.Importer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** {@code sidecar.yaml} takes what {@code moor ship import} writes. */
class ImportedLogsTest {

    private static final Path CONFIGURATIONS =
            Path.of("../shipper/src/test/resources/io/moor/shipper/imports");

    @ParameterizedTest
    @ValueSource(strings = {"fluent-plain.conf", "filebeat-kafka.yml", "rsyslog-rainer.conf"})
    void areLogsOfASidecar(String name) throws ConfigException {
        Imported imported = Importer.load(CONFIGURATIONS.resolve(name), null);

        SidecarConfig config = sidecar(imported.yaml());

        assertThat(config.logs()).hasSize(imported.sources()).isNotEmpty();
        assertThat(config.kafka()).containsKey("bootstrap.servers");
    }

    @Test
    void keepTheirMeaning() throws ConfigException {
        Imported imported =
                Importer.parse(
                        "fluent-bit.conf",
                        """
                        [INPUT]
                            Name tail
                            Path /srv/data/*.log
                            Alias data
                        [OUTPUT]
                            Name kafka
                            Match *
                            Topics logs.data
                        """,
                        null);

        assertThat(sidecar(imported.yaml()).logs())
                .singleElement()
                .extracting(LogConfig::name, LogConfig::topic, log -> log.files().getFirst())
                .containsExactly("data", "logs.data", "/srv/data/*.log");
    }

    private static SidecarConfig sidecar(String sections) throws ConfigException {
        return ConfigFile.parse(
                "sidecar.yaml", "state: /var/lib/moor\n" + sections, SidecarConfig.class);
    }
}
