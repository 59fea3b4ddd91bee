package io.moor.shipper.cli;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.config.ConfigFile;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** The option {@code --config} of a program that cannot do without; a mixin. */
public final class ConfigOption {

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The YAML configuration.")
    private Path file = Path.of("moor.yaml");

    /**
     * @throws ConfigException with everything that is wrong with the file
     */
    public <T extends Record> T load(Class<T> type) throws ConfigException {
        return ConfigFile.load(file, type);
    }
}
