package io.moor.gateway.sidecar;

import java.nio.file.Path;

/**
 * Where the volume of a claim appears.
 *
 * @param claim role of the volume in its group
 * @param path absolute path
 */
public record VolumeConfig(String claim, Path path) {

    public VolumeConfig {
        if (!path.isAbsolute() || path.getParent() == null) {
            throw new IllegalArgumentException(
                    "a volume's 'path' is an absolute path below /, not '" + path + "'");
        }
        path = path.normalize();
    }
}
