/** The change log: one record per change, written in the transaction of the change. */
@NullMarked
package io.moor.gateway.audit;

import org.jspecify.annotations.NullMarked;
