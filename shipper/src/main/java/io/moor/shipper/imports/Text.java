package io.moor.shipper.imports;

/**
 * A configuration file that was read.
 *
 * @param name as messages call it
 */
record Text(String name, String content) {}
