package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.Origin;
import io.moor.shipper.SourceConfig;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.spool.Journal;
import io.moor.shipper.spool.SpoolConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What is asked of {@code moor ship} that is no file. */
class InputsTest {

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Asked asked = new Asked();

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

    private int run(String arguments) {
        return new Cli(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), false)
                .execute(
                        new CommandLine(asked),
                        ("--kafka k:9092 --topic t --origin o " + arguments).split(" "));
    }

    private SourceConfig source(String arguments) {
        assertThat(run(arguments)).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return asked.plans.getLast().shipper().sources().getFirst();
    }

    @Test
    void aDashIsStandardInputWithASpoolOfItsOwn() {
        SourceConfig source = source("--state /s --spool-max 2MiB --format json -");

        assertThat(source.name()).isEqualTo("stdin");
        assertThat(source.spool())
                .isEqualTo(
                        new SpoolConfig(
                                new SpoolConfig.StandardInput(),
                                2 << 20,
                                Path.of("/s/spool/o/t/stdin")));
        assertThat(source.files()).containsExactly("/s/spool/o/t/stdin/spool.log*");
    }

    @Test
    void theJournalIsAnInput() {
        SourceConfig source =
                source(
                        "--state /s --input journal --source j --unit a.service --unit b.service"
                                + " --journal-match PRIORITY=3 --journal-directory /j");

        assertThat(source.spool())
                .isEqualTo(
                        new SpoolConfig(
                                new Journal(
                                        List.of("a.service", "b.service"),
                                        List.of("PRIORITY=3"),
                                        Path.of("/j"),
                                        List.of()),
                                SpoolConfig.DEFAULT_BYTES,
                                Path.of("/s/spool/o/t/j")));
    }

    @Test
    void theStateHasAPlaceWhenNoneIsNamed() {
        assertThat(run("-")).isZero();
        assertThat(asked.plans.getLast().shipper().state()).endsWithRaw(Path.of("moor/o"));
        Origin origin = new Origin("o");
        Path home = Path.of("/home/me");
        assertThat(StatePlace.of(origin, Map.of(), "root", home)).hasToString("/var/lib/moor/o");
        assertThat(StatePlace.of(origin, Map.of(), "me", home))
                .hasToString("/home/me/.local/state/moor/o");
        assertThat(StatePlace.of(origin, Map.of("XDG_STATE_HOME", "/x"), "me", home))
                .hasToString("/x/moor/o");
        assertThat(StatePlace.of(origin, Map.of("STATE_DIRECTORY", "/d:/e"), "me", home))
                .hasToString("/d/o");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--state /s - /var/log/a.log|make it two commands",
                "--state /s --input journal -|take the GLOBs away",
                "--state /s --exclude x -|no files are shipped",
                "--state /s --unit a -|need --input journal",
                "--state /s --spool-max 2MiB /a.log|files are their own buffer",
                "--state /s --spool-max 1KiB -|at least 1MiB",
                "--state /s --input journal --multiline java|one record of an entry",
                "--state /s --input journal --journal-match x|FIELD=VALUE",
                "--state /s --input journal --journal-file /f --journal-directory /d|not from both",
                "/a.log|add --state DIR",
            })
    void refusesWhatDoesNotGoTogetherInOneLine(String arguments, String why) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).strip()).contains(why).hasLineCount(1);
    }

    @Test
    void theJournalIsASourceOfAFile() throws Exception {
        var log =
                ConfigFile.parse(
                                "ship.yaml",
                                """
                                logs:
                                  - name: j
                                    topic: t
                                    input: journal
                                    journal: {units: [a.service], directory: /j}
                                    spool-max: 8MiB
                                """,
                                ShipFile.class)
                        .logs()
                        .getFirst();

        assertThat(log.isJournal()).isTrue();
        assertThat(log.source().spool())
                .isEqualTo(
                        new SpoolConfig(
                                new Journal(
                                        List.of("a.service"), List.of(), Path.of("/j"), List.of()),
                                8 << 20));
        for (String wrong :
                List.of(
                        "input: journal, files: [/a]",
                        "journal: {units: [a]}, files: [/a]",
                        "spool-max: 2MiB, files: [/a]",
                        "input: journal, encoding: UTF-16")) {
            assertThatThrownBy(() ->
                            ConfigFile.parse(
                                    "ship.yaml",
                                    "logs: [{name: j, topic: t, " + wrong + "}]",
                                    ShipFile.class))
                    .as(wrong)
                    .isInstanceOf(ConfigException.class);
        }
    }
}
