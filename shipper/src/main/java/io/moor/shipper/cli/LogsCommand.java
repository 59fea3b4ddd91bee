package io.moor.shipper.cli;

import picocli.CommandLine.Command;

/** {@code moor logs}: what is in Kafka. */
@Command(
        name = "logs",
        description = "Shipped logs in Kafka: verify, tail, streams, fence.",
        subcommands = {
            LogsVerifyCommand.class,
            LogsTailCommand.class,
            LogsStreamsCommand.class,
            LogsFenceCommand.class
        })
public final class LogsCommand {}
