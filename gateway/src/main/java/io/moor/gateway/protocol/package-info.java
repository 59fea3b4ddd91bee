/**
 * What sidecar and control plane say to each other, as records; the JSON on the wire is these in
 * camelCase.
 */
@NullMarked
package io.moor.gateway.protocol;

import org.jspecify.annotations.NullMarked;
