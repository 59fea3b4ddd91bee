/**
 * {@code moor dev} and {@code moor demo}: the real programs and the embedded stack put together on
 * one machine.
 */
@NullMarked
package io.moor.demo;

import org.jspecify.annotations.NullMarked;
