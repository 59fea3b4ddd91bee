/** Proof from the topic alone that no byte is missing or doubled. */
@NullMarked
package io.moor.shipper.verify;

import org.jspecify.annotations.NullMarked;
