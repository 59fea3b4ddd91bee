package io.moor.shipper.kafka;

import org.apache.kafka.common.Uuid;

/** What a producer knows about topics at this moment; asks nobody. */
@FunctionalInterface
public interface KnownTopics {

    /** Whether a record for a partition can be sent without waiting for a broker. */
    boolean knows(String topic, int partition);

    /** The id of a topic; zero when it is not known. */
    default Uuid id(String topic) {
        return Uuid.ZERO_UUID;
    }

    /** Asks a broker anew, soon, without waiting for it. */
    default void refresh() {}
}
