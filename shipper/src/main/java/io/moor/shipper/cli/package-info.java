/**
 * The command line of the shipper, and what every Moor command shares: exit codes, tables and JSON,
 * one-line errors.
 */
@NullMarked
package io.moor.shipper.cli;

import org.jspecify.annotations.NullMarked;
