/** How far a stream is committed: the records of the topic moor.checkpoints. */
@NullMarked
package io.moor.shipper.checkpoint;

import org.jspecify.annotations.NullMarked;
