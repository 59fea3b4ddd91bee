/**
 * Speaks Kafka's protocol with the request classes and the network layer of kafka-clients: batches
 * are encoded straight from the bytes of the files. The only package that knows those classes.
 */
@NullMarked
package io.moor.shipper.kafka.direct;

import org.jspecify.annotations.NullMarked;
