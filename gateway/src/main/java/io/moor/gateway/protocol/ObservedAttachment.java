package io.moor.gateway.protocol;

/**
 * @param attachment id of the attachment
 * @param volume id of the volume
 * @param epoch fencing token it was attached with
 * @param state what is true on the instance
 * @param path where it is; empty when it is not attached
 * @param detail result of the file system check, or what went wrong, in words; empty for nothing to
 *     say
 */
public record ObservedAttachment(
        String attachment, String volume, long epoch, State state, String path, String detail) {

    /** What is true on the instance. */
    public enum State {
        /** Mounted and usable. */
        ATTACHED,
        /** Flushed and unmounted, confirmed by the operating system; the proof {@code RELEASED}. */
        DETACHED,
        /** The last attempt failed; it will be tried again. */
        FAILED
    }
}
