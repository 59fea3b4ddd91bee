/** What becomes of an event before it is a record: fields, rules, and the form of its value. */
@NullMarked
package io.moor.shipper.shape;

import org.jspecify.annotations.NullMarked;
