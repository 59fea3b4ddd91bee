/** The REST resources: what they look like and which use case answers which operation. */
@NullMarked
package io.moor.gateway.api;

import org.jspecify.annotations.NullMarked;
