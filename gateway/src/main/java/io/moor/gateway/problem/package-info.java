/** Errors that callers see, after RFC 9457. */
@NullMarked
package io.moor.gateway.problem;

import org.jspecify.annotations.NullMarked;
