/**
 * Configurations of other shippers into a {@code logs:} section. A reader per format makes drafts
 * and findings of it; every draft passes the real configuration reader before it is written.
 */
@NullMarked
package io.moor.shipper.imports;

import org.jspecify.annotations.NullMarked;
