package io.moor.shipper.cli;

/** How results are printed. */
public enum OutputFormat {
    /** Aligned columns for people. */
    TABLE,
    /** One JSON document: camelCase, bytes as integers, times in RFC 3339. */
    JSON
}
