package io.moor.volumes;

import java.nio.file.Path;

/**
 * How volumes appear on this machine and disappear again: the part of {@link VolumeProvider} that
 * the sidecar calls.
 */
interface NodePart {

    /** {@link VolumeProvider#attach} of a volume that exists. */
    AttachResult attach(AttachRequest request) throws VolumeException;

    /** {@link VolumeProvider#detach}. */
    void detach(VolumeId id, Path path) throws VolumeException;

    /** {@link VolumeProvider#attachedAt}. */
    boolean attachedAt(VolumeId id, Path path) throws VolumeException;

    /** Refuses when the volume is attached on this machine. */
    void requireDetached(VolumeId id) throws VolumeException;
}
