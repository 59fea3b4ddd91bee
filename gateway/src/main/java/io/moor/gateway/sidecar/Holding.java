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
     * @param root the same with symbolic links resolved
     * @param check what the file system check said
     */
    record Attached(DesiredAttachment grant, Path path, Path root, String check)
            implements Holding {}

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

    /**
     * An earlier process attached it or was about to; whether it is there nobody has looked yet.
     *
     * @param path where it was to be
     * @param why what went wrong with taking it over or away; empty when nothing was tried
     */
    record Found(DesiredAttachment grant, Path path, String why) implements Holding {}
}
