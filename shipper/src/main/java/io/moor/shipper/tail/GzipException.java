package io.moor.shipper.tail;

import java.io.IOException;

/** A gzip file that is not whole. */
final class GzipException extends IOException {

    private static final long serialVersionUID = 1;

    private final boolean incomplete;

    private GzipException(String message, boolean incomplete) {
        super(message);
        this.incomplete = incomplete;
    }

    /** It ends before its trailer: it may still be written. */
    static GzipException incomplete() {
        return new GzipException("the compressed data ends early", true);
    }

    /** What is there is not what gzip writes. */
    static GzipException damaged(String why) {
        return new GzipException(why, false);
    }

    boolean isIncomplete() {
        return incomplete;
    }
}
