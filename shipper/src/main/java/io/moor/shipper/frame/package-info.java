/**
 * Where lines and events begin and end in bytes: encodings, containers' logs, multi-line events.
 */
@NullMarked
package io.moor.shipper.frame;

import org.jspecify.annotations.NullMarked;
