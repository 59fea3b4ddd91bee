package io.moor.stack;

import picocli.CommandLine;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The program {@code moor stack}. */
public final class StackMain {

    private StackMain() {}

    /**
     * Runs {@link StackCommand} and exits with its code. The launcher hands the word {@code stack}
     * over too, other callers may leave it out.
     */
    public static void main(String[] arguments) {
        StackLogging.toStderr();
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return run(System.out, System.err, arguments);
    }

    static int run(PrintStream out, PrintStream err, String... arguments) {
        boolean named = arguments.length > 0 && arguments[0].equals("stack");
        String[] rest = named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
        return new CommandLine(new StackCommand())
                .setCommandName("moor stack")
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(StackMain::usage)
                .execute(rest);
    }

    private static int usage(CommandLine.ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        String message = exception.getMessage();
        command.getErr()
                .printf(
                        "%s: %s; try '%s --help'%n",
                        command.getCommandSpec().qualifiedName(),
                        message == null ? "wrong usage" : message.lines().findFirst().orElse(""),
                        command.getCommandSpec().qualifiedName());
        return CommandLine.ExitCode.USAGE;
    }
}
