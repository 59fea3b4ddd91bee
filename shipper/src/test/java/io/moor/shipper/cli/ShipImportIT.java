package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.stack.EmbeddedStackExtension;
import io.moor.stack.StackEndpoints;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A Fluent Bit configuration is imported, and what comes out of it ships lines to a real Kafka. */
@ExtendWith(EmbeddedStackExtension.class)
class ShipImportIT {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final String topic = "import-" + UUID.randomUUID();

    @TempDir private Path work;

    @Test
    void shipsWithWhatItImported(StackEndpoints stack) throws IOException {
        Files.writeString(
                work.resolve("web.log"),
                """
                [2026-11-21] ERROR it broke
                  because of this
                [2026-11-21] DEBUG GET /
                [2026-11-21] INFO GET /health
                [2026-11-21] WARN slow
                """);
        Files.writeString(work.resolve("web.log.gz"), "no gzip, and excluded");
        Path theirs =
                Files.writeString(
                        work.resolve("fluent-bit.conf"),
                        """
                        [INPUT]
                            Name             tail
                            Tag              web
                            Path             %1$s/*.log,%1$s/*.gz
                            Exclude_Path     *.gz
                            Read_from_Head   true
                            multiline.parser dated
                        [MULTILINE_PARSER]
                            name dated
                            type regex
                            rule "start_state" "/^\\[\\h{4}-\\d+-\\d+\\]/" "cont"
                        [FILTER]
                            Name    grep
                            Match   *
                            Exclude log DEBUG
                        [FILTER]
                            Name    grep
                            Match   web
                            Regex   log ERROR|WARN
                        [FILTER]
                            Name    modify
                            Match   web
                            Add     env test
                        [OUTPUT]
                            Name    kafka
                            Match   web
                            Brokers %2$s
                            Topics  %3$s
                            Format  raw
                            rdkafka.compression.codec lz4
                        """
                                .formatted(work.toRealPath(), stack.kafka(), topic));
        Path ours = work.resolve("ship.yaml");

        assertThat(run("ship", "import", theirs.toString(), "--output", ours.toString()))
                .as(err.toString(UTF_8))
                .isZero();
        assertThat(
                        run(
                                "ship",
                                "--config",
                                ours.toString(),
                                "--state",
                                work.resolve("state").toString(),
                                "--until-eof"))
                .as(err.toString(UTF_8))
                .isZero();

        assertThat(values(stack.kafka()))
                .containsExactly(
                        "[2026-11-21] ERROR it broke\n  because of this test",
                        "[2026-11-21] WARN slow test");
        assertThat(run("logs", "verify", "--kafka", stack.kafka(), "--topic", topic)).isZero();
    }

    /** Values with the header that the configuration adds. */
    private List<String> values(String kafka) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka, "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(each -> new TopicPartition(topic, each.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(line ->
                                values.add(
                                        line.value()
                                                + " "
                                                + new String(
                                                        line.headers().lastHeader("env").value(),
                                                        UTF_8)));
            }
        }
        return values;
    }

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new Root());
        return new Cli(
                        new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        false)
                .execute(line, arguments);
    }

    @CommandLine.Command(
            name = "moor",
            subcommands = {ShipCommand.class, LogsCommand.class})
    private static final class Root {}
}
