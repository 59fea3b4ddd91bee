/**
 * Volumes: durable data with an identity, kept by a provider and mounted on one instance at a time.
 */
@NullMarked
package io.moor.volumes;

import org.jspecify.annotations.NullMarked;
