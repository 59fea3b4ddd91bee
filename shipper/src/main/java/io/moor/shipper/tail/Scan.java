package io.moor.shipper.tail;

import io.moor.shipper.identity.ObservedFile;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One look at the file system.
 *
 * @param number grows by one with each look; the same number is the same look
 * @param matches what the globs name, in sort order of the real paths, each file once
 * @param directories every regular file of each directory that was looked at
 * @param closed directories that a source's globs lead into and that cannot be read: nobody knows
 *     what is in them
 * @param incomplete directories that could not be read whole; absence there proves nothing
 */
public record Scan(
        long number,
        List<Matched> matches,
        Map<Path, List<ObservedFile>> directories,
        Map<Path, GlobSet> closed,
        Set<Path> incomplete) {

    public Scan {
        matches = List.copyOf(matches);
        directories = Map.copyOf(directories);
        closed = Map.copyOf(closed);
        incomplete = Set.copyOf(incomplete);
    }

    /**
     * @param globs the source that takes it, the first in the order of the configuration
     * @param file the file under its real path
     */
    public record Matched(GlobSet globs, ObservedFile file) {}
}
