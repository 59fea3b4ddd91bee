/** Everything that talks to Kafka: topics, transactions, committed reads, what a failure means. */
@NullMarked
package io.moor.shipper.kafka;

import org.jspecify.annotations.NullMarked;
