/**
 * The embedded stack: real Kafka, PostgreSQL and S3 servers on loopback, with all their state in
 * one directory.
 *
 * <p>For demos, development and tests. Production processes never load it.
 */
@NullMarked
package io.moor.stack;

import org.jspecify.annotations.NullMarked;
