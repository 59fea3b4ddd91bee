package io.moor.shipper.kafka.direct;

/**
 * Who sends batches.
 *
 * @param id given by Kafka, -1 without idempotence
 * @param epoch the newest wins; -1 without idempotence
 */
record ProducerIdentity(long id, short epoch) {

    /** Nobody in particular. */
    static final ProducerIdentity NONE = new ProducerIdentity(-1, (short) -1);

    boolean isKnown() {
        return id >= 0;
    }
}
