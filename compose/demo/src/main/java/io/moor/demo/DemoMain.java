package io.moor.demo;

import io.moor.shipper.cli.Cli;

import picocli.CommandLine.Command;

/** Entry point of {@code moor demo} and {@code moor dev}. */
@Command(
        name = "moor",
        description = "Moor on this machine alone, on the embedded Kafka, PostgreSQL and S3.",
        subcommands = {DemoCommand.class, DevCommand.class})
public final class DemoMain {

    private DemoMain() {}

    public static void main(String[] arguments) {
        System.exit(Cli.run(new DemoMain(), arguments));
    }
}
