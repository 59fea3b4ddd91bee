/**
 * Log files to Kafka, every line exactly once. The public face of the module: configuration, start,
 * status, drain.
 */
@NullMarked
package io.moor.shipper;

import org.jspecify.annotations.NullMarked;
