package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.moor.shipper.ShipperConfig;
import io.moor.shipper.ShipperConfig.Delivery;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.SourceConfig.Oversized;
import io.moor.shipper.StreamScope;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.status.StatusAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What options and file of {@code moor ship} make of each other. */
class ShipPlanTest {

    private static final String FILE =
            """
            kafka: {bootstrap.servers: "k1:9092", sasl.jaas.config: pa55word, compression.type: zstd}
            state: /var/lib/moor
            group: web
            instance: i-a
            origin: disk-1
            delivery: at-least-once
            status: 9300
            drain-timeout: 5s
            logs:
              - {name: app, files: ["/var/log/app/*.log"], exclude: ["*.gz"], topic: logs.app}
              - {name: audit, files: ["/var/log/audit/*"], topic: logs.audit, max-line: 2MiB,
                 oversized: dead-letter}
            """;

    @TempDir Path work;

    @Command(name = "ship")
    private static final class Asked implements Callable<Integer> {
        @Mixin private ShipOptions options = new ShipOptions();
        private final List<ShipPlan> plans = new ArrayList<>();

        @Override
        public Integer call() throws ConfigException {
            plans.add(ShipPlan.of(options));
            return 0;
        }
    }

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Asked asked = new Asked();

    private ShipPlan plan(String... arguments) {
        assertThat(run(arguments)).as(errors()).isZero();
        return asked.plans.getLast();
    }

    private int run(String... arguments) {
        return new Cli(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), false)
                .execute(new CommandLine(asked), arguments);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(work.resolve("ship.yaml"), yaml).toString();
    }

    @Test
    void everyOptionHasItsPlace() {
        ShipPlan plan =
                plan(
                        ("--kafka k:9092 --topic t --state /s --until-eof --delivery at-least-once"
                                        + " --sink producer"
                                        + " --compression zstd --group g --instance i --source src"
                                        + " --origin o --exclude *.gz --exclude b.log --max-line"
                                        + " 64KiB --oversized dead-letter --status 127.0.0.1:9300"
                                        + " --drain-timeout 7s -X client.id=me /var/log/*.log")
                                .split(" "));

        assertThat(plan.drainTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(plan.status()).contains(StatusAddress.parse("127.0.0.1:9300"));
        assertThat(plan.shipper())
                .isEqualTo(
                        new ShipperConfig(
                                new io.moor.shipper.Origin("o"),
                                new StreamScope(
                                        Optional.of("g"),
                                        Optional.empty(),
                                        Optional.of("i"),
                                        Optional.empty()),
                                List.of(
                                        new SourceConfig(
                                                "src",
                                                List.of("/var/log/*.log"),
                                                List.of("*.gz", "b.log"),
                                                "t",
                                                64 << 10,
                                                Oversized.DEAD_LETTER)),
                                Map.of(
                                        "bootstrap.servers",
                                        "k:9092",
                                        "compression.type",
                                        "zstd",
                                        "client.id",
                                        "me"),
                                Path.of("/s"),
                                0,
                                true,
                                Delivery.AT_LEAST_ONCE,
                                ShipperConfig.Sink.PRODUCER));
    }

    @Test
    void leavesWhatIsNotSaidAtItsDefault() {
        ShipPlan plan = plan("--kafka", "k:9092", "--topic", "t", "--state", "s", "a.log");

        assertThat(plan.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(plan.status()).isEmpty();
        assertThat(plan.shipper().delivery()).isEqualTo(Delivery.EXACTLY_ONCE);
        assertThat(plan.shipper().untilEof()).isFalse();
        assertThat(plan.shipper().scope().instance()).contains(OriginName.hostName());
        assertThat(plan.shipper().sources())
                .containsExactly(
                        new SourceConfig(
                                "logs",
                                List.of(Path.of("a.log").toAbsolutePath().toString()),
                                List.of(),
                                "t",
                                1 << 20,
                                Oversized.SPLIT));
        assertThat(plan.shipper().origin().id()).matches("ship-[0-9a-f]{16}");
    }

    @Test
    void readsEveryKeyOfAFile() throws IOException {
        ShipPlan plan = plan("--config", file(FILE));

        assertThat(plan.shipper().sources())
                .containsExactly(
                        new SourceConfig(
                                "app",
                                List.of("/var/log/app/*.log"),
                                List.of("*.gz"),
                                "logs.app",
                                1 << 20,
                                Oversized.SPLIT),
                        new SourceConfig(
                                "audit",
                                List.of("/var/log/audit/*"),
                                List.of(),
                                "logs.audit",
                                2 << 20,
                                Oversized.DEAD_LETTER));
        assertThat(plan.shipper().kafka())
                .containsEntry("bootstrap.servers", "k1:9092")
                .containsEntry("sasl.jaas.config", "pa55word")
                .containsEntry("compression.type", "zstd");
        assertThat(plan.shipper().origin().id()).isEqualTo("disk-1");
        assertThat(plan.shipper().delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
        assertThat(plan.shipper().scope().group()).contains("web");
        assertThat(plan.shipper().scope().instance()).contains("i-a");
        assertThat(plan.shipper().state()).isEqualTo(Path.of("/var/lib/moor"));
        assertThat(plan.status()).contains(StatusAddress.parse("127.0.0.1:9300"));
        assertThat(plan.drainTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void optionsWinOverTheFile() throws IOException {
        ShipPlan plan =
                plan(
                        ("--config "
                                        + file(FILE)
                                        + " --kafka k2:9092 --state /s --group g --instance i"
                                        + " --origin o --delivery exactly-once --compression lz4"
                                        + " --status localhost:1 --drain-timeout 9s -X acks=all")
                                .split(" "));

        assertThat(plan.shipper().kafka())
                .containsEntry("bootstrap.servers", "k2:9092")
                .containsEntry("compression.type", "lz4")
                .containsEntry("sasl.jaas.config", "pa55word")
                .containsEntry("acks", "all");
        assertThat(plan.shipper().origin().id()).isEqualTo("o");
        assertThat(plan.shipper().delivery()).isEqualTo(Delivery.EXACTLY_ONCE);
        assertThat(plan.shipper().scope().group()).contains("g");
        assertThat(plan.shipper().state()).isEqualTo(Path.of("/s"));
        assertThat(plan.status()).contains(StatusAddress.parse("localhost:1"));
        assertThat(plan.drainTimeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void aFileWithoutLogsLeavesThemToTheOptions() throws IOException {
        ShipPlan plan =
                plan(
                        "--config",
                        file("kafka: {bootstrap.servers: \"k:1\"}\nstate: /s\n"),
                        "--topic",
                        "t",
                        "/a.log");

        assertThat(plan.shipper().sources()).extracting(SourceConfig::topic).containsExactly("t");
    }

    @Test
    void theOriginOfAFileStaysWhenASourceIsAdded() throws IOException {
        String one =
                """
                kafka: {bootstrap.servers: "k:1"}
                state: /s
                logs:
                  - {name: app, files: ["/a"], topic: t}
                """;
        var before = plan("--config", file(one)).shipper().origin();

        var after =
                plan("--config", file(one + "  - {name: b, files: [\"/b\"], topic: t}\n"))
                        .shipper()
                        .origin();

        assertThat(after).isEqualTo(before);
    }

    @Test
    void theOriginOfGlobsDoesNotDependOnTheirOrder() {
        String[] command = {"--kafka", "k:1", "--topic", "t", "--state", "s", "/a", "/b"};
        String[] turned = {"--kafka", "k:1", "--topic", "t", "--state", "z", "/b", "/a"};

        assertThat(plan(command).shipper().origin()).isEqualTo(plan(turned).shipper().origin());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--topic t",
                "--source s",
                "--exclude *.gz",
                "--max-line 1MiB",
                "--oversized split",
                "/var/log/x.log"
            })
    void refusesASecondPlaceForSources(String option) throws IOException {
        assertThat(run(("--config " + file(FILE) + " " + option).split(" "))).isEqualTo(2);
        assertThat(errors()).contains("has 'logs'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--kafka k:1 --topic t /a",
                "--kafka k:1 --state s /a",
                "--kafka k:1 --state s --topic t",
                "--state s --topic t /a",
                "--kafka nonsense --state s --topic t /a",
                "--kafka k:1, --state s --topic t /a",
                "--kafka k:1 --state s --topic t*t /a",
                "--kafka k:1 --state s --topic t /[",
                "--kafka k:1 --state s --topic t --exclude [ /a",
                "--kafka k:1 --state s --topic t --compression rar /a",
                "--kafka k:1 --state s --topic t --delivery twice /a",
                "--kafka k:1 --state s --topic t --oversized drop /a",
                "--kafka k:1 --state s --topic t --max-line 0 /a",
                "--kafka k:1 --state s --topic t --max-line 65MiB /a",
                "--kafka k:1 --state s --topic t --status nowhere /a",
                "--kafka k:1 --state s --topic t --origin a/b /a",
                "--kafka k:1 --state s --topic t --drain-timeout 5 /a",
                "--config /nowhere/ship.yaml"
            })
    void refusesWrongUsageInOneLine(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
        assertThat(errors().lines()).hasSize(1);
    }

    @Test
    void unknownKeysNameFileLineAndTheNearestKey() throws IOException {
        assertThat(run("--config", file("stat: /s\nlogs:\n  - {nam: a, files: [/a], topic: t}\n")))
                .isEqualTo(2);
        assertThat(errors())
                .contains("ship.yaml:1: unknown key 'stat'", "did you mean 'state'?")
                .contains("ship.yaml:3: unknown key 'nam'", "did you mean 'name'?");
    }

    @Test
    void secretsComeFromFilesAndNeverPrint() throws IOException {
        Path secret = Files.writeString(work.resolve("secret"), "hunter22\n");
        String yaml =
                "kafka: {bootstrap.servers: \"k:1\", sasl.jaas.config: \"${file:%s}\"}\nstate: /s\n"
                        .formatted(secret);

        ShipPlan plan = plan("--config", file(yaml), "--topic", "t", "/a");
        Throwable wrong =
                catchThrowable(() ->
                        io.moor.shipper.config.ConfigFile.parse(
                                "f", yaml + "status: \"${file:" + secret + "}\"", ShipFile.class));

        assertThat(plan.shipper().kafka()).containsEntry("sasl.jaas.config", "hunter22");
        assertThat(wrong).hasMessageContaining("***").hasMessageNotContaining("hunter22");
        assertThat(ShipFile.NONE.toString()).doesNotContain("kafka");
    }
}
