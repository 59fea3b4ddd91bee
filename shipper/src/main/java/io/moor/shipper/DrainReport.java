package io.moor.shipper;

import java.util.List;

/**
 * What a drain externalized, and exactly what it did not.
 *
 * @param origin whose streams
 * @param streams every stream of the origin that this shipper knows
 */
public record DrainReport(Origin origin, List<StreamReport> streams) {

    public DrainReport {
        streams = List.copyOf(streams);
    }

    /**
     * True only when every stream is sealed, its seal was read back from Kafka, and nothing is
     * unshipped.
     */
    public boolean complete() {
        return streams.stream()
                .allMatch(stream ->
                        stream.sealed() && stream.verified() && stream.unshipped().isEmpty());
    }

    /**
     * @param stream the record key
     * @param topic the data topic
     * @param lines records committed over the whole life of the stream
     * @param bytes bytes committed over the whole life of the stream, line ends included
     * @param sealed whether the seal was committed
     * @param verified whether the seal was read back with read_committed
     * @param unshipped what is left, exact to the byte
     */
    public record StreamReport(
            String stream,
            String topic,
            long lines,
            long bytes,
            boolean sealed,
            boolean verified,
            List<Unshipped> unshipped) {

        public StreamReport {
            unshipped = List.copyOf(unshipped);
        }
    }

    /**
     * @param file where the bytes are now, or were last seen
     * @param fileId id of the generation, 16 hex digits
     * @param start first unshipped byte
     * @param end end of the unshipped bytes, exclusive
     */
    public record Unshipped(String file, String fileId, long start, long end) {}
}
