package io.moor.shipper;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Who a stream belongs to: the first parts of its record key (design section 6).
 *
 * @param group group, or empty
 * @param slot index of the slot, or empty
 * @param instance instance, or empty; not part of the key of a stream on a volume
 * @param volume the volume the files live on, or empty for the instance's own disk
 */
public record StreamScope(
        Optional<String> group,
        Optional<Integer> slot,
        Optional<String> instance,
        Optional<OnVolume> volume) {

    /**
     * @param id the volume
     * @param root where it is mounted; stream paths are relative to it, so that a replacement with
     *     another mount point continues the stream
     */
    public record OnVolume(String id, Path root) {}
}
