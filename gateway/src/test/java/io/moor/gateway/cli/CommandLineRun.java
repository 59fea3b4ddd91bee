package io.moor.gateway.cli;

import io.moor.shipper.cli.Cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A command that was run in this process.
 *
 * @param exitCode how it ended
 * @param out its results
 * @param err its errors
 */
public record CommandLineRun(int exitCode, String out, String err) {

    public static CommandLineRun of(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var code =
                new Cli(new PrintStream(out), new PrintStream(err), false)
                        .execute(Moor.commandLine(), arguments);
        return new CommandLineRun(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
