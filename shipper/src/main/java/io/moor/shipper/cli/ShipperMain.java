package io.moor.shipper.cli;

import picocli.CommandLine.Command;

/** The shipper alone: {@code moor ship} and {@code moor logs}, without the gateway's class path. */
@Command(
        name = "moor",
        subcommands = {ShipCommand.class, LogsCommand.class},
        description = "Ships log files to Kafka, every line exactly once, and proves it.")
public final class ShipperMain {

    ShipperMain() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int code = Cli.run(new ShipperMain(), arguments);
        System.exit(code);
    }
}
