package io.moor.stack;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * {@code moor stack start|stop|status}: the embedded Kafka, PostgreSQL and S3, alone and in the
 * background.
 */
@Command(
        name = "stack",
        mixinStandardHelpOptions = true,
        description = "Runs Kafka, PostgreSQL and S3 on this machine, without containers.",
        subcommands = {
            StackCommand.Start.class,
            StackCommand.Stop.class,
            StackCommand.Status.class
        })
public final class StackCommand implements Runnable {

    @Spec private @Nullable CommandSpec spec;

    /** Without a subcommand there is nothing to do. */
    @Override
    public void run() {
        CommandLine command = spec == null ? new CommandLine(this) : spec.commandLine();
        throw new ParameterException(command, "Missing: start, stop or status");
    }

    /** What the three commands share: the directory, the form of the result, and how they fail. */
    abstract static class Subcommand implements Callable<Integer> {

        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIR",
                description = "The directory that holds all state of the stack.")
        private Path data = Path.of("");

        @Option(
                names = "--output",
                paramLabel = "table|json",
                defaultValue = "table",
                description = "How to print the result: ${COMPLETION-CANDIDATES}.")
        private StackReport.Format format = StackReport.Format.TABLE;

        @Spec private @Nullable CommandSpec spec;

        abstract StackReport run(StackControl control, Path directory);

        @Override
        public Integer call() {
            CommandLine command = commandLine();
            try {
                Path directory = data.toAbsolutePath().normalize();
                StackReport report = run(StackControl.of(directory), directory);
                command.getOut().print(report.render(format));
                command.getOut().flush();
                return report.exitCode();
            } catch (StackException e) {
                command.getErr().println(e.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            }
        }

        CommandLine commandLine() {
            return spec == null ? new CommandLine(this) : spec.commandLine();
        }
    }

    @Command(
            name = "start",
            mixinStandardHelpOptions = true,
            description = "Starts the stack in the background and returns when it is ready.")
    static final class Start extends Subcommand {

        @Mixin private Ports ports = new Ports();

        @Override
        StackReport run(StackControl control, Path directory) {
            StackOptions options = options(directory);
            boolean running = control.status().state() == StackStatus.State.RUNNING;
            control.start(options, new Waiting(System.err));
            if (running) {
                commandLine().getErr().println("The stack in " + directory + " is already running");
            }
            return StackReport.of(directory, control.status());
        }

        private StackOptions options(Path directory) {
            try {
                return new StackOptions(directory, ports.kafka, ports.postgres, ports.s3);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
            }
        }
    }

    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description =
                    "Stops the stack and returns when no process of it is left. Stopped already is"
                            + " fine.")
    static final class Stop extends Subcommand {

        @Override
        StackReport run(StackControl control, Path directory) {
            if (!control.stop()) {
                commandLine().getErr().println("No stack was running in " + directory);
            }
            return StackReport.stopped(directory);
        }
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description =
                    "Says whether the stack runs: exit code 0 when all its servers answer, else 1.")
    static final class Status extends Subcommand {

        @Override
        StackReport run(StackControl control, Path directory) {
            return StackReport.of(directory, control.status());
        }
    }

    /** Ports for a start. */
    static final class Ports {
        @Option(
                names = "--kafka-port",
                paramLabel = "N",
                description = "Kafka's port; by default the last one, or a free one.")
        private int kafka;

        @Option(
                names = "--postgres-port",
                paramLabel = "N",
                description = "PostgreSQL's port; the same default.")
        private int postgres;

        @Option(
                names = "--s3-port",
                paramLabel = "N",
                description = "The S3 server's port; the same default.")
        private int s3;
    }

    /** Says each second on a terminal that it is still waiting. */
    private static final class Waiting implements Consumer<Duration> {

        private final PrintStream err;
        private final boolean terminal = isTerminal();
        private long shown;

        Waiting(PrintStream err) {
            this.err = err;
        }

        @Override
        public void accept(Duration waited) {
            if (terminal && waited.toSeconds() > shown) {
                shown = waited.toSeconds();
                err.printf("\rStarting Kafka, PostgreSQL and S3 ... %d s \r", shown);
                err.flush();
            }
        }

        private static boolean isTerminal() {
            try {
                return Files.readSymbolicLink(Path.of("/proc/self/fd/2")).startsWith("/dev/pts");
            } catch (IOException e) {
                return false;
            }
        }
    }
}
