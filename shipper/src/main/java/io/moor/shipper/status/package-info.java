/** What a running shipper tells those who ask over HTTP: a JSON document, metrics, health. */
@NullMarked
package io.moor.shipper.status;

import org.jspecify.annotations.NullMarked;
