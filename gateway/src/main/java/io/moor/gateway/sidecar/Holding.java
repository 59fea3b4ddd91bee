package io.moor.gateway.sidecar;

import io.moor.gateway.protocol.DesiredAttachment;

import java.nio.file.Path;

/** What this instance knows about one volume. */
sealed interface Holding {

    DesiredAttachment grant();

    /**
     * Usable at a path.
     *
     * @param grant what it was attached for
     * @param path where it is
     * @param check what the file system check said
     */
    record Attached(DesiredAttachment grant, Path path, String check) implements Holding {}

    /** Confirmed by the operating system not to be attached. */
    record Detached(DesiredAttachment grant) implements Holding {}

    /** Attaching it failed; nothing is mounted, as far as anybody knows. */
    record AttachFailed(DesiredAttachment grant, String why) implements Holding {}

    /**
     * Still attached, although it should not be.
     *
     * @param attached what is still true
     */
    record DetachFailed(Attached attached, String why) implements Holding {
        @Override
        public DesiredAttachment grant() {
            return attached.grant();
        }
    }
}
