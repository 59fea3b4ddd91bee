/**
 * The business of the demo: a program that keeps orders in a real PostgreSQL on the instance's
 * volume and logs each of them.
 */
@NullMarked
package io.moor.demo.orders;

import org.jspecify.annotations.NullMarked;
