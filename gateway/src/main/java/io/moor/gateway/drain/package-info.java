/** Taking everything off an instance before it ends, and the receipt for it. */
@NullMarked
package io.moor.gateway.drain;

import org.jspecify.annotations.NullMarked;
