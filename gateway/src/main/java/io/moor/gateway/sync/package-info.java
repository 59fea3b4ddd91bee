/**
 * The one call of a running sidecar: it renews the lease, says what is observed, returns what is
 * desired.
 */
@NullMarked
package io.moor.gateway.sync;

import org.jspecify.annotations.NullMarked;
