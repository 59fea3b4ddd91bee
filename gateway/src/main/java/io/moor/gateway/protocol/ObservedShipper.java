package io.moor.gateway.protocol;

import java.util.List;

/**
 * The shipper of one origin, as it is.
 *
 * @param origin id of the origin
 * @param state {@code STARTING}, {@code RUNNING}, {@code DRAINING}, {@code DRAINED}, {@code FENCED}
 *     or {@code FAILED}
 * @param delivery the guarantee in force, {@code exactly-once} or {@code at-least-once}
 * @param waitingFor why nothing moves, in words; empty when it does
 * @param sources sums, one row per source
 * @param files the files that are behind, deleted but kept open, or unreadable; the worst only
 * @param problems what is wrong with single files, in words; the first only
 */
public record ObservedShipper(
        String origin,
        String state,
        String delivery,
        String waitingFor,
        List<Source> sources,
        List<File> files,
        List<String> problems) {

    public ObservedShipper {
        sources = List.copyOf(sources);
        files = List.copyOf(files);
        problems = List.copyOf(problems);
    }

    /**
     * @param source name of the source
     * @param topic the data topic
     * @param streams how many
     * @param files files on disk
     * @param committedLines records committed over the life of the streams
     * @param committedBytes bytes committed over the life of the streams
     * @param behindBytes bytes that are not committed yet
     * @param oldestUnshippedMs how long the oldest of them have been waiting
     * @param pinnedFiles deleted files that are kept open
     * @param pinnedBytes their size
     * @param unreadableFiles files that cannot be opened or read
     */
    public record Source(
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
     * @param source name of the source
     * @param file where it is or was
     * @param fileId id of the generation
     * @param state {@code READING}, {@code WAITING}, {@code DELETED} or {@code UNREADABLE}
     * @param size bytes
     * @param committed committed offset
     * @param behindBytes bytes that are not committed yet
     * @param oldestUnshippedMs how long the oldest of them have been waiting
     */
    public record File(
            String source,
            String file,
            String fileId,
            String state,
            long size,
            long committed,
            long behindBytes,
            long oldestUnshippedMs) {}
}
