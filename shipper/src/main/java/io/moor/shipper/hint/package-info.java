/**
 * Hints of the system that directories and files changed. They only say where to look sooner;
 * looking now and then finds everything without them.
 */
@NullMarked
package io.moor.shipper.hint;

import org.jspecify.annotations.NullMarked;
