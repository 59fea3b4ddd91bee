package io.moor.shipper.engine;

import io.moor.shipper.identity.PhysicalId;

import java.nio.file.Path;
import java.util.List;

/**
 * What became of the files of spools, for whoever writes and removes them. Called on the engine's
 * thread, which holds the lock of the state directory.
 */
public interface SpoolProgress {

    /** Nobody has a spool. */
    SpoolProgress NONE =
            new SpoolProgress() {
                @Override
                public void told(String source, List<SpoolFile> files) {}

                @Override
                public void ended(boolean complete) {}
            };

    /**
     * @param path where the engine found it
     * @param physical what it is
     * @param committed every byte before it is committed
     */
    record SpoolFile(Path path, PhysicalId physical, long committed) {}

    /**
     * After a look at the directories, and after a commit.
     *
     * @param source name of the source
     * @param files all files of it that the engine knows and found
     */
    void told(String source, List<SpoolFile> files);

    /**
     * The drain is over; after a last {@link #told}.
     *
     * @param complete whether everything is committed and sealed, and the seals were read back
     */
    void ended(boolean complete);
}
