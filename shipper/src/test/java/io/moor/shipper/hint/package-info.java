@NullMarked
package io.moor.shipper.hint;

import org.jspecify.annotations.NullMarked;
