package io.moor.volumes;

/**
 * A volume as its provider sees it.
 *
 * @param id the volume
 * @param sizeBytes size in bytes
 */
public record VolumeInfo(VolumeId id, long sizeBytes) {}
