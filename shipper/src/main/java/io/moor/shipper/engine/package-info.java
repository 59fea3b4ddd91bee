/** The loop: streams and their generations, rounds of reading, transactions, drain. */
@NullMarked
package io.moor.shipper.engine;

import org.jspecify.annotations.NullMarked;
