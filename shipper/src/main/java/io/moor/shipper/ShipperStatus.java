package io.moor.shipper;

import java.util.List;

/**
 * A moment in the life of a shipper.
 *
 * @param state what it is doing
 * @param waitingFor why nothing moves, in words; empty when it does
 * @param streams one row per stream
 */
public record ShipperStatus(State state, String waitingFor, List<StreamStatus> streams) {

    public ShipperStatus {
        streams = List.copyOf(streams);
    }

    /** Life of a shipper; the last three are final. */
    public enum State {
        STARTING,
        RUNNING,
        DRAINING,
        DRAINED,
        FENCED,
        FAILED
    }

    /**
     * @param stream the record key
     * @param topic the data topic
     * @param committedLines records committed over the life of the stream
     * @param committedBytes bytes committed over the life of the stream
     * @param behindBytes bytes in known files that are not committed yet
     */
    public record StreamStatus(
            String stream,
            String topic,
            long committedLines,
            long committedBytes,
            long behindBytes) {}
}
