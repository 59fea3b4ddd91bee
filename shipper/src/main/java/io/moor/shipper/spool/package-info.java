/**
 * Inputs that are no files: their bytes are kept in a bounded spool of ordinary files, which the
 * engine ships as it ships any other.
 */
@NullMarked
package io.moor.shipper.spool;

import org.jspecify.annotations.NullMarked;
