/** Incarnations of disposable servers: their state, lease and revision of what is desired there. */
@NullMarked
package io.moor.gateway.instance;

import org.jspecify.annotations.NullMarked;
