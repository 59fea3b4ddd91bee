package io.moor.shipper.engine;

import io.moor.shipper.stream.StreamKey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is to be shipped and could not be opened, or a directory in which such files may be.
 *
 * @param key the stream it belongs to
 * @param topic of the stream
 * @param path its real path
 */
record Unopened(StreamKey key, String topic, Path path) {

    /** Size now; 0 when not even that can be seen. */
    long size() {
        try {
            return Files.isDirectory(path) ? 0 : Files.size(path);
        } catch (IOException e) {
            return 0;
        }
    }
}
