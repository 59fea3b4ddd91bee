package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What users get wrong is told in one line of their own words, before Kafka is asked. */
class WrongInputTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path work;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ship --topic t a.log --drain-timeout 5 | '5' is not a duration; write 250ms",
                "ship --topic t a.log --status nope | 'nope' is not host:port",
                "ship --topic t a.log --status 99999 | is not host:port",
                "ship --topic t a.log --output yaml | 'yaml' is not one of table, json",
                "ship --topic t a.log --delivery twice | 'twice' is not one of exactly-once",
                "ship --topic t a.log --max-line 1Mb | '1Mb'",
                "ship --topic t a.log --compression rar | rar",
                "ship --topic t a.log --origin a/b | an origin is",
                "ship --topic a:b a.log | a topic has letters, digits",
                "ship --topic . a.log | a topic has letters, digits",
                "ship --topic moor.checkpoints a.log | 'moor.checkpoints' is a topic of Moor's",
                "ship --topic moor.dead-letters a.log | choose another one for lines",
                "ship --topic t [.log | is not a glob",
                "ship --topic t | add --topic TOPIC and a quoted GLOB",
                "ship --topic t a.log -X acks=1 | 'acks' cannot be set",
                "ship --topic t a.log --bogus | Unknown option: '--bogus'",
                "logs verify --topic a:b | a topic has letters, digits",
                "logs tail --topic a:b | a topic has letters, digits",
                "logs tail --topic t --output yaml | 'yaml' is not one of table, json",
                "logs verify | Missing required option: '--topic=TOPIC'",
            })
    void isToldInOneLine(String arguments, String told) {
        assertThat(run(arguments)).isEqualTo(2);

        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .contains(told)
                .doesNotContain("Exception", "java.");
        assertThat(out.size()).isZero();
    }

    private int run(String arguments) {
        List<String> all = new ArrayList<>(List.of(arguments.split(" ")));
        all.add("--kafka");
        all.add("127.0.0.1:1");
        if (arguments.startsWith("ship")) {
            all.add("--state");
            all.add(work.toString());
        }
        return new Cli(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false)
                .execute(new CommandLine(new Root()), all.toArray(String[]::new));
    }

    @CommandLine.Command(
            name = "moor",
            subcommands = {ShipCommand.class, LogsCommand.class})
    private static final class Root {}
}
