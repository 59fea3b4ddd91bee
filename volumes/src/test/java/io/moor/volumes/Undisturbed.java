package io.moor.volumes;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A provider on a machine where strangers start containers: each begins with a copy of all mounts,
 * also of a test's, and a detach rightly refuses while it lives. Such copies of this test's mounts
 * are taken away and the detach is made again; every other answer is passed on as it is.
 */
record Undisturbed(VolumeProvider provider, Sandbox sandbox) implements VolumeProvider {

    private static final int MOST_DISTURBANCES = 20;

    @Override
    public void detach(VolumeId id, Path path) throws VolumeException {
        for (int disturbances = 0; ; disturbances++) {
            try {
                provider.detach(id, path);
                return;
            } catch (VolumeException e) {
                if (disturbances == MOST_DISTURBANCES || !sandbox.dropCopiesOfStrangers()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public String type() {
        return provider.type();
    }

    @Override
    public void create(VolumeSpec spec) throws VolumeException {
        provider.create(spec);
    }

    @Override
    public void delete(VolumeId id) throws VolumeException {
        provider.delete(id);
    }

    @Override
    public Optional<VolumeInfo> find(VolumeId id) throws VolumeException {
        return provider.find(id);
    }

    @Override
    public List<VolumeInfo> list() throws VolumeException {
        return provider.list();
    }

    @Override
    public AttachResult attach(AttachRequest request) throws VolumeException {
        return provider.attach(request);
    }

    @Override
    public boolean attachedAt(VolumeId id, Path path) throws VolumeException {
        return provider.attachedAt(id, path);
    }
}
