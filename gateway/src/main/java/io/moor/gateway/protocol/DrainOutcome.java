package io.moor.gateway.protocol;

import java.util.List;

/**
 * What a drain externalized, per stream and volume, and exactly what it did not.
 *
 * @param drain id of the order
 * @param complete whether nothing is left
 * @param streams every log stream
 * @param volumes every volume that was attached
 * @param problems what went wrong, in words
 */
public record DrainOutcome(
        String drain,
        boolean complete,
        List<Stream> streams,
        List<Volume> volumes,
        List<String> problems) {

    public DrainOutcome {
        streams = List.copyOf(streams);
        volumes = List.copyOf(volumes);
        problems = List.copyOf(problems);
    }

    /**
     * @param stream the record key
     * @param topic the data topic
     * @param lines records committed over the life of the stream
     * @param bytes bytes committed over the life of the stream
     * @param sealed whether the seal was committed
     * @param verified whether the seal was read back from Kafka
     * @param unshipped what is left
     */
    public record Stream(
            String stream,
            String topic,
            long lines,
            long bytes,
            boolean sealed,
            boolean verified,
            List<Unshipped> unshipped) {

        public Stream {
            unshipped = List.copyOf(unshipped);
        }
    }

    /**
     * @param file where the bytes are
     * @param fileId id of the generation, 16 hex digits
     * @param start first unshipped byte
     * @param end end of the unshipped bytes, exclusive
     */
    public record Unshipped(String file, String fileId, long start, long end) {}

    /**
     * @param volume id of the volume
     * @param epoch epoch it was attached with
     * @param released whether it was flushed and unmounted
     * @param detail what went wrong, in words; empty when nothing did
     */
    public record Volume(String volume, long epoch, boolean released, String detail) {}
}
