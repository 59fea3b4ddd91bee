/**
 * YAML into validated records, every problem reported with file, line and the nearest known key.
 */
@NullMarked
package io.moor.shipper.config;

import org.jspecify.annotations.NullMarked;
