package io.moor.volumes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Volumes on shared storage: kept by a store, shown on this machine by a node part. The same for
 * every type.
 *
 * @param type as configurations name it
 */
record StorageProvider(String type, VolumeStore store, NodePart node) implements VolumeProvider {

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
        return node.attach(request);
    }

    @Override
    public void detach(VolumeId id, Path path) throws VolumeException {
        node.detach(id, path);
    }

    @Override
    public boolean attachedAt(VolumeId id, Path path) throws VolumeException {
        return node.attachedAt(id, path);
    }
}
