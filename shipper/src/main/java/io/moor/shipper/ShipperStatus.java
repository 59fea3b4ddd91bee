package io.moor.shipper;

import java.util.List;

/**
 * A moment in the life of a shipper. Lists of files and problems are bounded, the worst first; sums
 * are over everything.
 *
 * @param origin id of the origin
 * @param state what it is doing
 * @param delivery the guarantee in force, {@code exactly-once} or {@code at-least-once}
 * @param waitingFor why nothing moves, in words (Kafka does not answer, a topic is refused); empty
 *     when it does
 * @param sources one row per source of the configuration
 * @param streams one row per stream
 * @param files files with unshipped bytes, deleted files that are kept open, and files that cannot
 *     be read; at most {@link #MOST_FILES}, the longest waiting first
 * @param problems what goes wrong with single files, in words; at most {@link #MOST_PROBLEMS}
 */
public record ShipperStatus(
        String origin,
        State state,
        String delivery,
        String waitingFor,
        List<SourceStatus> sources,
        List<StreamStatus> streams,
        List<FileStatus> files,
        List<String> problems) {

    /** Rows in {@code files}. */
    public static final int MOST_FILES = 100;

    /** Lines in {@code problems}. */
    public static final int MOST_PROBLEMS = 20;

    public ShipperStatus {
        sources = List.copyOf(sources);
        streams = List.copyOf(streams);
        files = List.copyOf(files);
        problems = List.copyOf(problems);
    }

    /** Of a shipper that has not looked at any file yet. */
    public static ShipperStatus starting(ShipperConfig config) {
        return new ShipperStatus(
                config.origin().id(),
                State.STARTING,
                config.delivery().written(),
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** Of a shipper that has not reached Kafka yet, and does nothing before it has. */
    public static ShipperStatus connecting(ShipperConfig config) {
        return starting(config)
                .notRunning(
                        "Kafka at "
                                + config.kafka().getOrDefault("bootstrap.servers", "")
                                + " to answer, and to tell what is shipped already");
    }

    /** The same numbers in a final state. */
    public ShipperStatus ended(State how) {
        return new ShipperStatus(origin, how, delivery, "", sources, streams, files, problems);
    }

    /** The same numbers while no shipper runs; it is going to be started. */
    public ShipperStatus notRunning(String why) {
        return new ShipperStatus(
                origin, State.STARTING, delivery, why, sources, streams, files, problems);
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
     * Sums over a source.
     *
     * @param source name of the source
     * @param topic the data topic
     * @param streams how many
     * @param files files on disk that belong to them, rotated ones included
     * @param committedLines records committed over the life of the streams
     * @param committedBytes bytes committed over the life of the streams
     * @param behindBytes bytes in known files that are not committed yet
     * @param oldestUnshippedMs age of the oldest unshipped line, see {@link FileStatus}; 0 when
     *     nothing is unshipped
     * @param pinnedFiles deleted files that are kept open for their unshipped bytes, or because
     *     somebody may still write
     * @param pinnedBytes their size: disk that is not given back
     * @param unreadableFiles files that match and cannot be opened or read now
     */
    public record SourceStatus(
            String source,
            String topic,
            int streams,
            int files,
            long committedLines,
            long committedBytes,
            long behindBytes,
            long oldestUnshippedMs,
            int pinnedFiles,
            long pinnedBytes,
            int unreadableFiles) {}

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

    /**
     * @param source name of the source
     * @param stream the record key
     * @param file where it is, or was before it was deleted
     * @param fileId id of the generation; {@link DrainReport.Unshipped#NO_ID} for a file that could
     *     not be opened
     * @param state what becomes of it
     * @param size bytes when last looked at
     * @param committed committed offset
     * @param behindBytes bytes that are not committed yet
     * @param oldestUnshippedMs how long its oldest unshipped bytes have been waiting, ms on the
     *     monotonic clock since this shipper first saw them; when a file is found with unshipped
     *     bytes, its last modification counts as that moment. The line itself may be older
     */
    public record FileStatus(
            String source,
            String stream,
            String file,
            String fileId,
            FileState state,
            long size,
            long committed,
            long behindBytes,
            long oldestUnshippedMs) {}

    /** What becomes of a file. */
    public enum FileState {
        /** It is read. */
        READING,
        /** Older files of its stream come first. */
        WAITING,
        /** It has no name any more and is read through the open handle, or kept open for it. */
        DELETED,
        /** It cannot be opened or read. */
        UNREADABLE
    }
}
