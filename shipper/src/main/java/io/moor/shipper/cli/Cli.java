package io.moor.shipper.cli;

import io.moor.shipper.ShipperConfig.Delivery;
import io.moor.shipper.ShipperException;
import io.moor.shipper.SourceConfig.Oversized;
import io.moor.shipper.config.ByteSize;
import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.Durations;
import io.moor.shipper.config.HostPort;
import io.moor.shipper.config.Words;
import io.moor.shipper.frame.Encoding;
import io.moor.shipper.frame.Framing;
import io.moor.shipper.frame.Multiline;
import io.moor.shipper.imports.Kind;
import io.moor.shipper.shape.Shape;
import io.moor.shipper.status.StatusAddress;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/**
 * Runs picocli commands by the rules of all Moor programs: results on stdout; on stderr one line
 * that says what happened and what to do; exit codes of {@link ExitCode}; stack traces only with
 * {@code MOOR_DEBUG=1}. {@code --help} and {@code --version} are added to every command.
 */
public final class Cli {

    private final PrintStream out;
    private final PrintStream err;
    private final boolean debug;

    /**
     * @param out results
     * @param err errors
     * @param debug whether unexpected exceptions show their stack trace
     */
    public Cli(PrintStream out, PrintStream err, boolean debug) {
        this.out = out;
        this.err = err;
        this.debug = debug;
    }

    /**
     * Runs a command on the process's own streams. A {@code Callable<Integer>} decides its exit
     * code.
     *
     * @return the exit code for {@link System#exit}
     */
    public static int run(Object command, String... args) {
        return new Cli(System.out, System.err, "1".equals(System.getenv("MOOR_DEBUG")))
                .execute(command, args);
    }

    /** Like {@link #run} on the streams of this object. */
    public int execute(Object command, String... args) {
        var line = command instanceof CommandLine made ? made : new CommandLine(command);
        standardOptions(line);
        line.setOut(new PrintWriter(out, false, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        convert(line, Duration.class, Durations::parse);
        convert(line, ByteSize.class, ByteSize::parse);
        convert(line, HostPort.class, HostPort::parse);
        convert(line, StatusAddress.class, StatusAddress::parse);
        convert(line, Delivery.class, text -> Words.constant(Delivery.class, text));
        convert(line, Oversized.class, text -> Words.constant(Oversized.class, text));
        convert(
                line,
                OutputFormat.class,
                text -> Words.constant(OutputFormat.class, text.toLowerCase(Locale.ROOT)));
        convert(line, Encoding.class, Encoding::parse);
        convert(line, Multiline.class, Multiline::parse);
        convert(line, Shape.Form.class, text -> Words.constant(Shape.Form.class, text));
        convert(line, Kind.class, text -> Words.constant(Kind.class, text));
        convert(line, Framing.Input.class, text -> Words.constant(Framing.Input.class, text));
        line.setParameterExceptionHandler((exception, ignored) -> usage(exception));
        line.setExecutionExceptionHandler((exception, ignored, result) -> failed(exception));
        var code = line.execute(args);
        line.getOut().flush();
        return code;
    }

    /** What a parser says of a wrong word is for users; how it says it is not. */
    private static <T> void convert(CommandLine line, Class<T> type, Function<String, T> parser) {
        line.registerConverter(
                type,
                text -> {
                    try {
                        return parser.apply(text);
                    } catch (IllegalArgumentException e) {
                        throw new TypeConversionException(String.valueOf(e.getMessage()));
                    }
                });
    }

    private static void standardOptions(CommandLine line) {
        var spec = line.getCommandSpec();
        if (!spec.mixinStandardHelpOptions() && spec.findOption("--help") == null) {
            spec.mixinStandardHelpOptions(true);
        }
        spec.versionProvider(new Version());
        spec.usageMessage().abbreviateSynopsis(true);
        line.getSubcommands().values().forEach(Cli::standardOptions);
    }

    private int usage(ParameterException exception) {
        var command = exception.getCommandLine().getCommandSpec().qualifiedName();
        err.println(
                command
                        + ": "
                        + firstLine(exception.getMessage())
                        + "; try '"
                        + command
                        + " --help'");
        return ExitCode.USAGE.number();
    }

    private int failed(Exception exception) {
        return switch (exception) {
            case CommandFailure failure -> say(failure.getMessage(), failure.exitCode());
            case ConfigException wrong -> say(wrong.getMessage(), ExitCode.USAGE);
            case ShipperException failure -> say(failure.getMessage(), ExitCode.FAILED);
            case ClosedOutput closed -> ExitCode.FAILED.number();
            case InterruptedException stopped -> say("interrupted", ExitCode.FAILED);
            default -> unexpected(exception);
        };
    }

    private int say(@Nullable String message, ExitCode code) {
        err.println(message);
        return code.number();
    }

    private int unexpected(Exception exception) {
        var message =
                exception.getMessage() == null ? "" : ": " + firstLine(exception.getMessage());
        err.println(
                "unexpected "
                        + exception.getClass().getSimpleName()
                        + message
                        + (debug ? "" : "; run again with MOOR_DEBUG=1 for the stack trace"));
        trace(exception);
        return ExitCode.FAILED.number();
    }

    private void trace(@Nullable Exception exception) {
        if (debug && exception != null) {
            exception.printStackTrace(err);
        }
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }
}
