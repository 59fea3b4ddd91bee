/** Applications that do everything with their log files, and what must be shipped of them. */
@NullMarked
package io.moor.shipper.model;

import org.jspecify.annotations.NullMarked;
