@NullMarked
package io.moor.shipper.kafka.direct;

import org.jspecify.annotations.NullMarked;
