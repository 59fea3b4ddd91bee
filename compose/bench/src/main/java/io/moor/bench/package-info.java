/** Benchmarks: what Moor costs, side by side with a baseline without Moor in the same run. */
@NullMarked
package io.moor.bench;

import org.jspecify.annotations.NullMarked;
