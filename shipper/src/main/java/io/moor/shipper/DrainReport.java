package io.moor.shipper;

import io.moor.shipper.identity.PhysicalId;

import java.nio.file.Path;
import java.util.List;

/**
 * What a drain externalized, and exactly what it did not.
 *
 * @param origin whose streams
 * @param streams every stream of the origin that this shipper knows
 * @param end how the shipper ended
 * @param files the files of the streams that are on disk, as the end was written
 */
public record DrainReport(
        Origin origin, List<StreamReport> streams, End end, List<SeenFile> files) {

    public DrainReport {
        streams = List.copyOf(streams);
        files = List.copyOf(files);
    }

    /** A report that knows of no files. */
    public DrainReport(Origin origin, List<StreamReport> streams, End end) {
        this(origin, streams, end, List.of());
    }

    /** The report of a drain that came to its end. */
    public DrainReport(Origin origin, List<StreamReport> streams) {
        this(origin, streams, End.DRAINED);
    }

    /** How a shipper ended. */
    public enum End {
        /** By its drain: it looked at every file, and the streams say what became of them. */
        DRAINED,
        /** The time of the drain was up in the middle of something. */
        OUT_OF_TIME,
        /** Closed without a drain. */
        CLOSED,
        /** A newer owner took over. */
        FENCED,
        /** It failed. */
        FAILED
    }

    /**
     * True only when the drain came to its end, every stream is sealed, its seal was read back from
     * Kafka, and nothing is unshipped or known to be lost. Without streams it is true only when the
     * shipper looked and found no file.
     */
    public boolean complete() {
        return end == End.DRAINED
                && streams.stream()
                        .allMatch(stream ->
                                stream.sealed()
                                        && stream.verified()
                                        && stream.unshipped().isEmpty());
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
     * @param fileId id of the generation, 16 hex digits; {@link #NO_ID} for a file that could never
     *     be opened
     * @param start first unshipped byte
     * @param end end of the unshipped bytes, exclusive; the start when the size is not known
     */
    public record Unshipped(String file, String fileId, long start, long end) {

        /** Of a file that has no id yet. */
        public static final String NO_ID = "0000000000000000";
    }

    /**
     * A file at the end: what it has beyond {@code size} later was written after everything in this
     * report.
     *
     * @param stream the record key
     * @param topic the data topic
     * @param file where it is
     * @param fileId id of the generation
     * @param physical what the file system says
     * @param size bytes that are shipped or told as unshipped
     */
    public record SeenFile(
            String stream,
            String topic,
            Path file,
            String fileId,
            PhysicalId physical,
            long size) {}

    /**
     * Bytes that were written after the end.
     *
     * @param stream the record key
     * @param topic the data topic
     * @param range which bytes
     */
    public record Late(String stream, String topic, Unshipped range) {}
}
