@NullMarked
package io.moor.shipper.spool;

import org.jspecify.annotations.NullMarked;
