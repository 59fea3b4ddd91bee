package io.moor.shipper.frame;

/** What a line of a container's log file says. One is reused for all of them. Not thread-safe. */
final class ContainerLine {

    /** No time is told. */
    static final long NO_TIME = Framer.NO_TIME;

    /** Which of the container's streams it was written to. */
    enum Stream {
        STDOUT,
        STDERR,
        /** The line is not of the expected form. */
        NEITHER
    }

    Stream stream = Stream.NEITHER;

    /** Whether the application's line goes on in the next one of this stream. */
    boolean partial;

    /** Epoch milliseconds. */
    long millis = NO_TIME;

    /** What the application wrote, without its line end. */
    byte[] text = {};

    int from;
    int to;

    /** How a runtime writes lines. */
    interface Form {
        /**
         * Reads a line, given without its end.
         *
         * @return false when it is not of this form
         */
        boolean read(byte[] buffer, int from, int to, ContainerLine line);
    }
}
