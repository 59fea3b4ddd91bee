/** Brokers and networks with properties that the shared stack does not have. */
@org.jspecify.annotations.NullMarked
package io.moor.shipper.broker;
