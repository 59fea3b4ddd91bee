package io.moor.shipper.config;

import java.util.List;

/**
 * A configuration that was not understood. It lists every problem at once, each one line {@code
 * FILE:LINE: what is wrong; what to do}. No secret is in it.
 */
public final class ConfigException extends Exception {

    private final List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each, in the order of the file. */
    public List<String> problems() {
        return problems;
    }
}
