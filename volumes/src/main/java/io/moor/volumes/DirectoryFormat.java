package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Volumes of type {@code directory}: a directory on shared storage, which belongs to the
 * application once it is attached. The size is recorded, not enforced.
 */
record DirectoryFormat(VolumeFiles files, NodePart node) implements VolumeFormat {

    static final String TYPE = "directory";

    @Override
    public Path data(VolumeId id) {
        return files.directory(id);
    }

    @Override
    public void make(Path temporary, VolumeSpec spec) throws IOException {
        Files.createDirectory(temporary);
    }

    @Override
    public void requireDetached(VolumeId id) throws VolumeException {
        node.requireDetached(id);
    }
}
