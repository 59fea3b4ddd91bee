package io.moor.shipper.cli;

import io.moor.shipper.config.LogConfig;

import picocli.CommandLine.Option;

/** The topic of a command that reads one; a mixin. */
final class TopicOption {

    @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "Which topic.")
    private String name = "";

    /**
     * @throws CommandFailure when Kafka has no such names
     */
    String name() {
        try {
            LogConfig.requireTopicName(name);
            return name;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
