package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.config.ConfigFile;
import io.moor.shipper.config.LogConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Configurations of others and what becomes of them: beside each stand the sections and what is
 * told, {@code .expected.yaml} and {@code .expected.txt}.
 */
class ShipImportCommandTest {

    private static final Path CONFIGURATIONS =
            Path.of("src/test/resources/io/moor/shipper/imports");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir private Path work;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fluent-plain.conf",
                "fluent-routes.conf",
                "fluent-kubernetes.conf",
                "fluent-multiline.yaml",
                "filebeat-plain.yml",
                "filebeat-kafka.yml",
                "filebeat-filestream.yml",
                "filebeat-container.yml",
                "filebeat-inputs.yml",
                "rsyslog-plain.conf",
                "rsyslog-rainer.conf",
                "rsyslog-legacy.conf",
            })
    void becomesWhatIsExpected(String name) throws Exception {
        Path file = CONFIGURATIONS.resolve(name);

        int code = run("", file.toString());

        String told = err.toString(UTF_8).replace(CONFIGURATIONS + "/", "");
        String sections = out.toString(UTF_8).replace(CONFIGURATIONS + "/", "");
        assertThat(told)
                .isEqualTo(Files.readString(CONFIGURATIONS.resolve(name + ".expected.txt")));
        assertThat(sections)
                .isEqualTo(Files.readString(CONFIGURATIONS.resolve(name + ".expected.yaml")));
        assertThat(code).isEqualTo(told.contains(": not carried over: ") ? 3 : 0);
        assertThat(told + sections).doesNotContain("sesame-open");
        // The reader of moor ship --config takes it.
        ShipFile read =
                ConfigFile.parse(
                        name,
                        sections,
                        ShipFile.class,
                        variable -> variable.endsWith("_DIR") ? "/srv" : "x");
        assertThat(read.logs()).isNotEmpty();
        assertThat(read.logs().stream().map(LogConfig::source)).doesNotContainNull();
    }

    @Test
    void allOfThemHaveExpectations() throws IOException {
        try (var files = Files.list(CONFIGURATIONS)) {
            Set<String> names =
                    files.map(file -> String.valueOf(file.getFileName()))
                            .collect(Collectors.toSet());
            assertThat(names.stream().filter(name -> name.endsWith(".expected.yaml")))
                    .hasSizeGreaterThanOrEqualTo(12)
                    .allMatch(name -> names.contains(name.replace(".expected.yaml", "")));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fluent-plain.conf,fluent-bit",
        "filebeat-plain.yml,filebeat",
        "rsyslog-plain.conf,rsyslog"
    })
    void writesAFileFromStandardInputWhoeverItIsOf(String name, String kind) throws IOException {
        Path target = work.resolve("ship.yaml");
        String text = Files.readString(CONFIGURATIONS.resolve(name));

        assertThat(run(text, "-", "--output", target.toString())).isZero();
        assertThat(run(text, "-", "--from", kind)).isZero();

        assertThat(out.toString(UTF_8)).isEqualTo(Files.readString(target));
        assertThat(out.toString(UTF_8)).startsWith("# Made of standard input");
        assertThat(work).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[INPUT\\n|standard input:1: a section is [NAME]",
                "[INPUT]\\n  Name|standard input:2: the key 'Name' has no value",
                "a b\\n[INPUT]\\n|standard input:1: this stands before",
                "filebeat.inputs:\\n- type: log\\n  paths: [a|standard input:",
                "filebeat.inputs: 1\\n---\\nb: 1\\n|standard input:3: a second YAML document",
                "module(load=\\\"imfile\\\"\\n|standard input:1: 'module(' has no end",
                "input(type=\\\"imfile\\\")\\n\\nif $msg == 'a' {|standard input:3: this 'if' has"
                        + " no",
                "kind: ConfigMap\\ndata: {}\\n|standard input: is an object of Kubernetes",
                "what is this|standard input: is of no kind that is known; say --from",
            })
    void saysWhatIsWrongByLine(String text, String told) {
        String unescaped = text.replace("\\n", "\n").replace("\\\"", "\"");

        assertThat(run(unescaped, "-")).isEqualTo(2);

        assertThat(out.size()).isZero();
        assertThat(err.toString(UTF_8)).startsWith(told).doesNotContain("Exception", "\tat ");
    }

    @Test
    void failsWhereThereIsNothingToWriteOrNowhere() throws IOException {
        assertThat(run("[INPUT]\n  Name cpu\n", "-")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("[INPUT] 'cpu'", "no source can be made of this");
        assertThat(run("", work.resolve("none.conf").toString())).isEqualTo(2);
        assertThat(run("", work.toString())).isEqualTo(2);
        String file = CONFIGURATIONS.resolve("fluent-plain.conf").toString();
        assertThat(run("", file, "--output", work + "/none/ship.yaml")).isEqualTo(1);
        assertThat(run("", file, "--from", "logstash")).isEqualTo(2);
        assertThat(run("")).isEqualTo(2);
        assertThat(out.size()).isZero();
        assertThat(err.toString(UTF_8)).doesNotContain("\tat ");
    }

    @Test
    void aFileThatIncludesItselfIsReadOnce() throws IOException {
        Path main =
                Files.writeString(
                        work.resolve("a.conf"),
                        "@INCLUDE a.conf\n@INCLUDE b*.conf\n@INCLUDE none.conf\n[INPUT]\n Name"
                                + " tail\n Path /a/*.log\n Read_from_Head on\n");
        Files.writeString(
                work.resolve("b1.conf"),
                "@INCLUDE a.conf\n[OUTPUT]\n Name kafka\n Match *\n Format raw\n");

        assertThat(run("", main.toString())).isEqualTo(3);

        assertThat(out.toString(UTF_8))
                .contains("topic: fluent-bit", "bootstrap.servers: 'localhost:9092'")
                .containsOnlyOnce("files:");
        assertThat(err.toString(UTF_8))
                .contains("a.conf:3: not carried over: @INCLUDE 'none.conf'");
    }

    private int run(String input, String... arguments) {
        CommandLine.IFactory factory =
                new CommandLine.IFactory() {
                    @Override
                    public <K> K create(Class<K> type) throws Exception {
                        return type == ShipImportCommand.class
                                ? type.cast(
                                        new ShipImportCommand(
                                                new ByteArrayInputStream(input.getBytes(UTF_8))))
                                : CommandLine.defaultFactory().create(type);
                    }
                };
        CommandLine line = new CommandLine(new Root(), factory);
        String[] all = new String[arguments.length + 2];
        all[0] = "ship";
        all[1] = "import";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return new Cli(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false)
                .execute(line, all);
    }

    @CommandLine.Command(name = "moor", subcommands = ShipCommand.class)
    private static final class Root {}
}
