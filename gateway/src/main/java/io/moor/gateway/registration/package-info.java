/** How an instance joins a group and gets its slot. */
@NullMarked
package io.moor.gateway.registration;

import org.jspecify.annotations.NullMarked;
