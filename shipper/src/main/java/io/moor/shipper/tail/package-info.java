/** From paths to lines: discovery, reading at a position, framing. */
@NullMarked
package io.moor.shipper.tail;

import org.jspecify.annotations.NullMarked;
