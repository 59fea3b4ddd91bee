package io.moor.shipper.checkpoint;

import io.moor.shipper.identity.Evidence;
import io.moor.shipper.stream.OpenLine;
import io.moor.shipper.stream.SkippedRange;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * One generation of a stream as committed.
 *
 * @param fileId its id, 16 hex digits
 * @param path where the file was last seen: relative to the volume, or absolute without the first
 *     slash
 * @param offset committed offset; every byte before it is in a record or in a skipped range
 * @param lines records
 * @param bytes bytes in records, line ends included
 * @param hash rolling hash of the bytes in records
 * @param openLine whether the offset lies within a line
 * @param lastEventTime time of the last record
 * @param previous id of the generation before, if there was one
 * @param size size of the file when this was committed; more than the offset means unshipped bytes
 * @param ended why nothing follows in this generation, or null while it goes on
 * @param evidence how to recognise the file
 * @param skippedBehind skipped ranges behind the last record, which no later record carries yet
 * @param compressedSize 0 for a plain file; else the file is gzip, offsets and sizes are those of
 *     its decompressed bytes, and this is how many bytes the file itself had when it was read
 *     through
 */
public record GenerationCheckpoint(
        String fileId,
        String path,
        long offset,
        long lines,
        long bytes,
        int hash,
        OpenLine openLine,
        @Nullable Instant lastEventTime,
        @Nullable String previous,
        long size,
        @Nullable End ended,
        Evidence evidence,
        List<SkippedRange> skippedBehind,
        long compressedSize,
        @Nullable Instant plainBirth) {

    public GenerationCheckpoint {
        skippedBehind = List.copyOf(skippedBehind);
    }

    /** Of a plain file. */
    public GenerationCheckpoint(
            String fileId,
            String path,
            long offset,
            long lines,
            long bytes,
            int hash,
            OpenLine openLine,
            @Nullable Instant lastEventTime,
            @Nullable String previous,
            long size,
            @Nullable End ended,
            Evidence evidence,
            List<SkippedRange> skippedBehind) {
        this(
                fileId,
                path,
                offset,
                lines,
                bytes,
                hash,
                openLine,
                lastEventTime,
                previous,
                size,
                ended,
                evidence,
                skippedBehind,
                0,
                null);
    }

    /** Whether the file is gzip. */
    public boolean isCompressed() {
        return compressedSize > 0;
    }

    /** Why a generation is over. */
    public enum End {
        /** Renamed or compressed, read to its end. */
        ROTATED,
        /** Deleted, read to its end through the open handle. */
        DELETED,
        /** Truncated or written anew in place; what was not read before is lost. */
        REWRITTEN,
        /** Not found any more after a time without a shipper; what was not read before is lost. */
        VANISHED
    }
}
