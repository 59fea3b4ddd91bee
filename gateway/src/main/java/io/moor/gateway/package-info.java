/** The gateway: Moor's control plane. */
@NullMarked
package io.moor.gateway;

import org.jspecify.annotations.NullMarked;
