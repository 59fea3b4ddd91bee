package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Volumes of type {@code directory}: a directory on shared storage. The size is recorded, not
 * enforced.
 */
final class DirectoryProvider implements VolumeProvider {

    static final String TYPE = "directory";

    private final VolumeStore store;
    private final DirectoryAttacher attacher;

    DirectoryProvider(VolumeFiles files, DirectoryAttacher attacher) {
        this.attacher = attacher;
        this.store = new VolumeStore(files, new DirectoryFormat(files, attacher));
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public void create(VolumeSpec spec) throws VolumeException {
        store.create(spec);
    }

    @Override
    public void delete(VolumeId id) throws VolumeException {
        store.delete(id);
    }

    @Override
    public Optional<VolumeInfo> find(VolumeId id) throws VolumeException {
        return store.find(id);
    }

    @Override
    public List<VolumeInfo> list() throws VolumeException {
        return store.list();
    }

    @Override
    public AttachResult attach(AttachRequest request) throws VolumeException {
        store.requireExists(request.id());
        return attacher.attach(request);
    }

    @Override
    public void detach(VolumeId id, Path path) throws VolumeException {
        attacher.detach(id, path);
    }

    @Override
    public boolean attachedAt(VolumeId id, Path path) throws VolumeException {
        return attacher.attachedAt(id, path);
    }

    /** A directory that belongs to the application once it is attached. */
    private record DirectoryFormat(VolumeFiles files, DirectoryAttacher attacher)
            implements VolumeFormat {

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
            attacher.requireDetached(id);
        }
    }
}
