package io.moor.shipper.frame;

import io.moor.shipper.stream.LogHeaders;
import io.moor.shipper.stream.OpenLine;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Cuts blocks of a file into what becomes records. It holds no bytes from one block to the next:
 * what is not consumed is read again, so that what is committed is all there is to know after a
 * restart. Not thread-safe.
 */
public interface Framer {

    /** Takes what becomes a record. The buffer is reused: copy what is kept. */
    @FunctionalInterface
    interface Lines {
        /**
         * @param from first byte of the value in the buffer, which need not be the block
         * @param to after its last byte
         * @param spanStart offset of the span in the file
         * @param spanEnd its end, line end included; the next span begins here
         * @param flags bits of {@link LogHeaders}
         */
        void line(byte[] buffer, int from, int to, long spanStart, long spanEnd, int flags);
    }

    /** How much of what is visible becomes records. */
    enum Until {
        /** Complete events only. */
        COMPLETE,
        /** An event that may still go on, too, but no unterminated line. */
        QUIET,
        /** Everything: an unterminated line is flagged {@code partial}. */
        END
    }

    /**
     * Begins at a place.
     *
     * @param head the first bytes of the file, none when the place is its beginning
     */
    void reset(OpenLine openLine, byte[] head);

    /**
     * Frames {@code [from, to)}, the bytes at {@code offset} of the file.
     *
     * @return bytes consumed
     */
    int frame(byte[] buffer, int from, int to, long offset, Until until, Lines lines);

    /** Whether the bytes consumed end within a line. */
    OpenLine open();

    /** Records since the last reset, without dead letters. */
    long records();

    /** Bytes, at most, that must be visible at once for progress. */
    int longestUnframed();

    /** No time is known. */
    long NO_TIME = Long.MIN_VALUE;

    /** While a line is taken: when it was written, in epoch milliseconds, as its file tells. */
    default long eventMillis() {
        return NO_TIME;
    }

    /**
     * While a line is taken: the timestamp of its record.
     *
     * @param readMillis when it was read
     */
    default long timestamp(long readMillis) {
        return readMillis;
    }

    /** Encoding of the values that are taken. */
    default Charset charset() {
        return StandardCharsets.UTF_8;
    }

    /** While a line is taken: {@code stdout}, {@code stderr}, or empty when nobody tells. */
    default String iostream() {
        return "";
    }

    /** Whether some bytes may become no record of the stream's topic. */
    boolean leavesOut();

    /** Whether complete lines may wait for what follows them. */
    boolean holdsEvents();
}
