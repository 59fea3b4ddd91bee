package io.moor.gateway.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.config.ByteSize;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.config.LogConfig;
import io.moor.shipper.config.Secret;
import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.frame.Multiline;
import io.moor.shipper.shape.Parse;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.status.StatusAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class SidecarConfigTest {

    private static final String ALL =
            """
            gateway: https://moor.internal:8443
            token: t0k3n
            instance: i-a
            group: web
            slot: 3
            state: /var/lib/moor
            kafka: {bootstrap.servers: "k1:9092", sasl.jaas.config: pa55word}
            delivery: at-least-once
            sink: producer
            status: 9300
            logs:
              - name: app
                files: ["/var/log/app/*.log"]
                exclude: ["*.gz"]
                topic: logs.web
                max-line: 2MiB
                oversized: dead-letter
                input: plain
                format: raw
                multiline: none
                encoding: UTF-8
            volumes:
              - {claim: data, path: /srv/data/}
            workload: {stop: [systemctl, stop, app], timeout: 10s}
            """;

    private static SidecarConfig parse(String yaml) throws ConfigException {
        return ConfigFile.parse("sidecar.yaml", yaml, SidecarConfig.class);
    }

    @Test
    void readsEveryKey() throws Exception {
        assertThat(parse(ALL))
                .isEqualTo(
                        new SidecarConfig(
                                URI.create("https://moor.internal:8443"),
                                Secret.parse("t0k3n"),
                                "i-a",
                                "web",
                                new SlotChoice(3),
                                Path.of("/var/lib/moor"),
                                Map.of(
                                        "bootstrap.servers",
                                        "k1:9092",
                                        "sasl.jaas.config",
                                        "pa55word"),
                                ShipperConfig.Delivery.AT_LEAST_ONCE,
                                ShipperConfig.Sink.PRODUCER,
                                StatusAddress.parse("127.0.0.1:9300"),
                                List.of(
                                        new LogConfig(
                                                "app",
                                                List.of("/var/log/app/*.log"),
                                                List.of("*.gz"),
                                                "logs.web",
                                                new ByteSize(2 << 20),
                                                SourceConfig.Oversized.DEAD_LETTER,
                                                Framing.Input.PLAIN,
                                                Shape.Form.RAW,
                                                Multiline.NONE,
                                                Encoding.UTF_8,
                                                Parse.NONE,
                                                null,
                                                Shape.Timestamp.READ,
                                                List.of(),
                                                Map.of(),
                                                null,
                                                null,
                                                null)),
                                List.of(new VolumeConfig("data", Path.of("/srv/data"))),
                                new WorkloadConfig(
                                        List.of("systemctl", "stop", "app"),
                                        Duration.ofSeconds(10))));
    }

    @Test
    void hasDefaults() throws Exception {
        var config = parse("gateway: http://g\ntoken: t\ngroup: web\nstate: /s\n");

        assertThat(config.slot().index()).isNull();
        assertThat(config.logs()).isEmpty();
        assertThat(config.workload()).isNull();
        assertThat(config.instanceId()).isNotEmpty();
    }

    @Test
    void doesNotPrintPasswords() throws Exception {
        assertThat(parse(ALL).toString()).doesNotContain("pa55word", "t0k3n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    slot: 3                 | slot: first             | is no slot; write auto
                    group: web              | note: web               | unknown key 'note'
                    token: t0k3n            | instance: x             | duplicate key 'instance'
                    instance: i-a           | instance: 'a b'         | 'instance' is 1 to 128 letters
                    https://moor            | ftp://moor              | begins with http:// or https://
                    bootstrap.servers       | bootstrap               | 'logs' need 'kafka:
                    multiline: none         | multiline: cobol        | take none, java
                    /var/log/app/*          | var/log/app/*           | is not an absolute path
                    path: /srv/data/        | path: data              | is an absolute path below /
                    max-line: 2MiB          | max-line: 0             | 'max-line' is 1 byte to 64MiB
                    stop: [systemctl, stop, app] | stop: []           | 'stop' is a command
                    slot: 3 | spool: [] | unknown key 'spool'
                    """)
    void refuses(String part, String replacement, String problem) {
        var thrown = catchThrowable(() -> parse(ALL.replace(part, replacement)));

        assertThat(thrown).isInstanceOf(ConfigException.class);
        assertThat(thrown.getMessage()).contains(problem).doesNotContain("pa55word");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThat(catchThrowable(() -> parse("state: /s\n")))
                .hasMessageContaining("there is nothing to do");
        assertThat(catchThrowable(() -> parse("gateway: http://g\nstate: /s\n")))
                .hasMessageContaining("'token' and 'group' are needed");
    }
}
