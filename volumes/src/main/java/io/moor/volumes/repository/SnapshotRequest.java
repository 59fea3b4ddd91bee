package io.moor.volumes.repository;

import io.moor.volumes.VolumeId;

import java.nio.file.Path;

/**
 * What is to be snapshotted.
 *
 * @param source a directory; everything below it on its file system
 * @param epoch that the caller holds for the volume
 * @param consistency what the caller did before; files that change meanwhile make it torn
 * @param emptyIsMeant whether an empty source may follow a snapshot that was not empty
 */
public record SnapshotRequest(
        VolumeId volume,
        Path source,
        long epoch,
        Root.Consistency consistency,
        boolean emptyIsMeant) {}
