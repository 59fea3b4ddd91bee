package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Path;

/** What a volume of one type is on storage. */
interface VolumeFormat {

    /** Where the data of a volume is. */
    Path data(VolumeId id);

    /** Refuses what no volume of this type can be. */
    default void requireUsable(VolumeSpec spec) throws VolumeException {}

    /** Makes an empty volume under a temporary name where nothing is. */
    void make(Path temporary, VolumeSpec spec) throws IOException, VolumeException;

    /** Refuses when the volume is attached on this machine. */
    void requireDetached(VolumeId id) throws VolumeException;
}
