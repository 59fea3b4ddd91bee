/** systemd's journal, read by its own program and kept as lines of JSON. */
@NullMarked
package io.moor.shipper.journal;

import org.jspecify.annotations.NullMarked;
