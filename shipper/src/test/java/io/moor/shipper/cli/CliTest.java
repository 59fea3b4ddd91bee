package io.moor.shipper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.moor.shipper.ShipperException;
import io.moor.shipper.config.ByteSize;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.Secret;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

class CliTest {

    record Row(String volume, ByteSize sizeBytes, Instant createdAt, Secret token) {}

    @Command(name = "moor")
    static class Top {}

    @Command(name = "act", description = "Acts.")
    static class Act implements Callable<Integer> {
        @Mixin private Output output = new Output();

        @Option(names = "--timeout", defaultValue = "5s")
        private Duration timeout = Duration.ZERO;

        private final @Nullable Exception failure;

        Act(@Nullable Exception failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() throws Exception {
            if (failure != null) {
                throw failure;
            }
            output.rows(
                    Row.class,
                    List.of(
                            new Row(
                                    "web-0",
                                    new ByteSize(1 << 30),
                                    Instant.EPOCH,
                                    Secret.parse("x")),
                            new Row("b", new ByteSize(7), Instant.EPOCH, Secret.parse("y"))));
            return timeout.toSeconds() == 5 ? 0 : 3;
        }
    }

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(@Nullable Exception failure, String... args) {
        return run(out, false, failure, args);
    }

    private int run(
            OutputStream stdout, boolean debug, @Nullable Exception failure, String... args) {
        var top = new CommandLine(new Top()).addSubcommand(new Act(failure));
        return new Cli(
                        new PrintStream(stdout, true, StandardCharsets.UTF_8),
                        new PrintStream(err),
                        debug)
                .execute(top, args);
    }

    @Test
    void printsAnAlignedTable() {
        assertThat(run(null, "act")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        VOLUME  SIZE-BYTES  CREATED-AT            TOKEN
                        web-0   1073741824  1970-01-01T00:00:00Z  ***
                        b                7  1970-01-01T00:00:00Z  ***
                        """);
    }

    @Test
    void printsOneJsonDocument() {
        assertThat(run(null, "act", "--output", "json", "--timeout", "6s")).isEqualTo(3);

        assertThat(out.toString(StandardCharsets.UTF_8).replaceAll("\\s", ""))
                .startsWith(
                        "[{\"volume\":\"web-0\",\"sizeBytes\":1073741824,\"createdAt\":"
                                + "\"1970-01-01T00:00:00Z\",\"token\":\"***\"}");
    }

    @Test
    void usageErrorsAreOneLineAndTwo() {
        assertThat(run(null, "act", "--tiemout", "6s")).isEqualTo(2);
        assertThat(run(null, "act", "--timeout", "6")).isEqualTo(2);
        assertThat(run(null)).isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .hasSize(3)
                .allMatch(line -> line.contains("; try 'moor"));
    }

    @Test
    void helpAndVersionAreResults() {
        assertThat(run(null, "act", "--help")).isZero();
        assertThat(run(null, "--version")).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("Acts.", "moor 0.1");
    }

    @Test
    void knownFailuresAreTheirLine() {
        assertThat(run(new CommandFailure(ExitCode.NOT_EXTERNALIZED, "left"), "act")).isEqualTo(3);
        assertThat(run(new ConfigException(List.of("f:1: a", "f:2: b")), "act")).isEqualTo(2);
        assertThat(
                        run(
                                new ShipperException(
                                        ShipperException.Reason.KAFKA_UNREACHABLE, "no kafka"),
                                "act"))
                .isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("left", "f:1: a", "f:2: b", "no kafka");
    }

    @Test
    void unexpectedFailuresShowTheirTraceOnlyWhenAsked() {
        assertThat(run(new IOException("disk\ngone"), "act")).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "unexpected IOException: disk; run again with MOOR_DEBUG=1 for the stack"
                                + " trace");
        run(out, true, new IOException("disk"), "act");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("\tat ");
    }

    @Test
    void aReaderThatLeftEndsTheCommandQuietly() {
        var closed =
                new OutputStream() {
                    @Override
                    public void write(int ignored) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };

        assertThat(run(closed, false, null, "act")).isEqualTo(1);
        assertThat(err.size()).isZero();
    }
}
