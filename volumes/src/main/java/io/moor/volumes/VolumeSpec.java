package io.moor.volumes;

/**
 * What to create.
 *
 * @param id identity and provider-side name
 * @param sizeBytes size of the volume in bytes, at least 1; providers that cannot enforce it record
 *     it
 */
public record VolumeSpec(VolumeId id, long sizeBytes) {

    public VolumeSpec {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("a volume has at least 1 byte, not " + sizeBytes);
        }
    }
}
