package io.moor.shipper.kafka;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Producers enter before they fence anybody, and none after the door was closed: a start that was
 * given up must not take the origin from a successor later. Thread-safe.
 */
public final class Doorway {

    private boolean closed;
    private @Nullable LogSink inside;

    /**
     * Lets a producer in.
     *
     * @throws KafkaException when the door is closed; the producer is closed then
     */
    public synchronized void enter(LogSink sink) {
        if (closed) {
            sink.close();
            throw new KafkaException("the shipper is closed");
        }
        inside = sink;
    }

    /**
     * The producer is its user's from now on, who closes it. Called by whoever also calls {@link
     * #close}, when the user has it: what nobody took is closed with the door.
     *
     * @throws KafkaException when the door was closed meanwhile; the producer is closed then
     */
    public synchronized void leave() {
        inside = null;
        if (closed) {
            throw new KafkaException("the shipper is closed");
        }
    }

    /** Closes the producer that is inside, which ends what it is waiting for. */
    public synchronized void close() {
        closed = true;
        if (inside != null) {
            inside.close();
            inside = null;
        }
    }
}
