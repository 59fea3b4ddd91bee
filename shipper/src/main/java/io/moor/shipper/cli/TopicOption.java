package io.moor.shipper.cli;

import picocli.CommandLine.Option;

/** The topic of a command that reads one; a mixin. */
final class TopicOption {

    @Option(names = "--topic", required = true, paramLabel = "TOPIC", description = "Which topic.")
    private String name = "";

    String name() {
        return name;
    }
}
