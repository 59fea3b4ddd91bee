/** Who may use a volume: grants, epochs, fencing proofs, releases and evictions. */
@NullMarked
package io.moor.gateway.attachment;

import org.jspecify.annotations.NullMarked;
