package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DesiredAttachment;
import io.moor.volumes.AccessMode;
import io.moor.volumes.AttachRequest;
import io.moor.volumes.AttachResult;
import io.moor.volumes.VolumeException;
import io.moor.volumes.VolumeId;
import io.moor.volumes.VolumeProvider;
import io.moor.volumes.VolumeProviders;

import java.nio.file.Path;
import java.util.List;

/** The provider calls for one grant, at the path that configuration or grant name. Blocking. */
final class VolumeOperations {

    private final List<VolumeConfig> configured;

    VolumeOperations(List<VolumeConfig> configured) {
        this.configured = List.copyOf(configured);
    }

    /** Idempotent: what is already attached with this epoch, by an earlier sidecar, is adopted. */
    AttachResult attach(DesiredAttachment grant) throws VolumeException {
        return provider(grant)
                .attach(
                        new AttachRequest(
                                id(grant),
                                grant.epoch(),
                                path(grant),
                                grant.readOnly() ? AccessMode.RO : AccessMode.RW,
                                grant.dirty()));
    }

    /** Whether it is attached where it belongs, whoever did it. */
    boolean isAttached(DesiredAttachment grant) throws VolumeException {
        return provider(grant).attachedAt(id(grant), path(grant));
    }

    /** Returns when the operating system confirms that it is not attached. */
    void detach(DesiredAttachment grant, Path path) throws VolumeException {
        var provider = provider(grant);
        provider.detach(id(grant), path);
        if (provider.attachedAt(id(grant), path)) {
            throw new VolumeException(grant.volume() + " is still attached at " + path, true);
        }
    }

    /** Where the grant's volume belongs. */
    Path path(DesiredAttachment grant) throws VolumeException {
        for (var volume : configured) {
            if (!grant.claim().isEmpty() && volume.claim().equals(grant.claim())) {
                return volume.path();
            }
        }
        if (!grant.path().isEmpty()) {
            return Path.of(grant.path()).normalize();
        }
        throw new VolumeException(
                "no path is known for claim '"
                        + grant.claim()
                        + "': add {claim: "
                        + grant.claim()
                        + ", path: …} to 'volumes' in sidecar.yaml and restart the sidecar",
                true);
    }

    private static VolumeProvider provider(DesiredAttachment grant) throws VolumeException {
        return VolumeProviders.open(grant.providerType(), Path.of(grant.providerRoot()));
    }

    private static VolumeId id(DesiredAttachment grant) {
        return new VolumeId(grant.volume());
    }
}
