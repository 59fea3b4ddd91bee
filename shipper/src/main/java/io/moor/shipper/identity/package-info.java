/** Which physical file this is: evidence, never the path. */
@NullMarked
package io.moor.shipper.identity;

import org.jspecify.annotations.NullMarked;
