/** Who is calling: operator, join token or instance token. */
@NullMarked
package io.moor.gateway.access;

import org.jspecify.annotations.NullMarked;
