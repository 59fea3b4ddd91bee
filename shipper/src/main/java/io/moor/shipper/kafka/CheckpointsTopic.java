package io.moor.shipper.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

import java.time.Duration;

/** Notices when the topic that holds what was committed is made anew. Used by one thread. */
public final class CheckpointsTopic {

    /** How often a producer that commits asks which topics there are, nanoseconds. */
    private static final long ASK_ANEW = Duration.ofSeconds(2).toNanos();

    private final KnownTopics topics;
    private final Uuid id;
    private long askedNanos = System.nanoTime();

    /**
     * @param id of the topic that holds what was committed; zero when that is not known
     */
    public CheckpointsTopic(KnownTopics topics, Uuid id) {
        this.topics = topics;
        this.id = id;
    }

    /** For brokers that know a topic by its name only. */
    public void askAnew() {
        long now = System.nanoTime();
        if (now - askedNanos >= ASK_ANEW) {
            askedNanos = now;
            topics.refresh();
        }
    }

    /**
     * What was shipped is not known any more when the checkpoints' topic is another one.
     *
     * @throws KafkaException when it is
     */
    public void requireSame() {
        Uuid found = topics.id(Topics.CHECKPOINTS);
        boolean bothKnown = !found.equals(Uuid.ZERO_UUID) && !id.equals(Uuid.ZERO_UUID);
        if (bothKnown && !found.equals(id)) {
            throw new KafkaException("the topic '" + Topics.CHECKPOINTS + "' was created anew");
        }
    }
}
