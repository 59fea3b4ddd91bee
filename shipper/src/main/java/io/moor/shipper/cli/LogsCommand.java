package io.moor.shipper.cli;

import picocli.CommandLine.Command;

/** {@code moor logs}: what is in Kafka. */
@Command(
        name = "logs",
        description = "Reads shipped logs from Kafka: verify, tail, streams.",
        subcommands = {LogsVerifyCommand.class, LogsTailCommand.class, LogsStreamsCommand.class})
public final class LogsCommand {}
