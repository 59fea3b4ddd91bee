/**
 * Snapshots of volumes in object storage: docs/snapshot-format.md is the format, {@link
 * io.moor.volumes.repository.Repository} the beginning.
 */
@NullMarked
package io.moor.volumes.repository;

import org.jspecify.annotations.NullMarked;
