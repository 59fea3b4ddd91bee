package io.moor.gateway;

import java.nio.file.Path;

/**
 * A place where volumes live.
 *
 * @param type how: as disk images or as directories
 * @param root absolute directory on shared storage, the same path on gateways and instances
 */
public record ProviderConfig(Type type, Path root) {

    /** Which provider. */
    public enum Type {
        IMAGE,
        DIRECTORY
    }

    public ProviderConfig {
        if (!root.isAbsolute()) {
            throw new IllegalArgumentException(
                    "root is an absolute path, the same on gateways and instances, not '"
                            + root
                            + "'");
        }
    }
}
