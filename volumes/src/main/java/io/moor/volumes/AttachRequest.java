package io.moor.volumes;

import java.nio.file.Path;

/**
 * The node part of an attachment: make a volume usable at a path of this instance.
 *
 * @param id the volume
 * @param epoch fencing token of this attachment, grows with every grant of write access; a node
 *     never mounts an older epoch than the newest it has seen on the volume itself
 * @param path absolute path where the volume appears; created when missing
 * @param mode read-only or read-write
 * @param dirty true when the previous holder did not release the volume: its file system is checked
 *     before it is used (invariant I11)
 */
public record AttachRequest(VolumeId id, long epoch, Path path, AccessMode mode, boolean dirty) {

    public AttachRequest {
        if (epoch < 1) {
            throw new IllegalArgumentException("an epoch is at least 1, not " + epoch);
        }
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(
                    "a volume is attached at an absolute path, not '" + path + "'");
        }
    }
}
