package io.moor.volumes;

import java.nio.file.Path;

/** How volumes of type {@code directory} appear on this machine and disappear again. */
interface DirectoryAttacher {

    AttachResult attach(AttachRequest request) throws VolumeException;

    void detach(VolumeId id, Path path) throws VolumeException;

    boolean attachedAt(VolumeId id, Path path) throws VolumeException;

    /** Refuses when the volume is attached on this machine. */
    void requireDetached(VolumeId id) throws VolumeException;
}
