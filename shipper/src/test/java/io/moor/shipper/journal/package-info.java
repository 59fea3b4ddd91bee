@NullMarked
package io.moor.shipper.journal;

import org.jspecify.annotations.NullMarked;
