/** The loop that makes volumes and attachments what they should be. */
@NullMarked
package io.moor.gateway.reconcile;

import org.jspecify.annotations.NullMarked;
