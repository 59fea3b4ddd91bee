/** The HTTP side: routes from the OpenAPI file, problems, paging, idempotency keys. */
@NullMarked
package io.moor.gateway.http;

import org.jspecify.annotations.NullMarked;
