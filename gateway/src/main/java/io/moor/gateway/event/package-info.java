/** Lifecycle events that come in. */
@NullMarked
package io.moor.gateway.event;

import org.jspecify.annotations.NullMarked;
