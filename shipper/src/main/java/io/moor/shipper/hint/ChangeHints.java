package io.moor.shipper.hint;

import java.nio.file.Path;
import java.util.Set;

/** Tells what changed in directories, where the system does. Used by one thread. */
public interface ChangeHints extends AutoCloseable {

    /**
     * Watches these directories and no others; to be called after each look at them. A path that
     * means another directory now is watched anew.
     *
     * @param directories real paths; of one that is not there the nearest directory above is
     *     watched, which it will appear in
     * @return those of which every change since the call before is told, on whichever machine it
     *     was made
     */
    Set<Path> watch(Set<Path> directories);

    /** What changed since the last call. */
    Changes take();

    @Override
    void close();
}
