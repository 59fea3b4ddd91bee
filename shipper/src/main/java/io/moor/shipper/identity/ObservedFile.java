package io.moor.shipper.identity;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A regular file as a directory listing showed it.
 *
 * @param path real path
 * @param physical what the file system says
 * @param size bytes
 * @param modified last modification
 */
public record ObservedFile(Path path, PhysicalId physical, long size, Instant modified) {

    /** The same file under another name. */
    public ObservedFile at(Path other) {
        return new ObservedFile(other, physical, size, modified);
    }
}
