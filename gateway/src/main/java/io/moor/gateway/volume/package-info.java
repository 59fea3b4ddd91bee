/** Volumes as the control plane knows them. */
@NullMarked
package io.moor.gateway.volume;

import org.jspecify.annotations.NullMarked;
