/** Groups, their slots, and what each slot needs. */
@NullMarked
package io.moor.gateway.group;

import org.jspecify.annotations.NullMarked;
