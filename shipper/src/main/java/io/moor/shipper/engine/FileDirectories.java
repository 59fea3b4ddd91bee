package io.moor.shipper.engine;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The directories in which files of streams are, or are sought. */
final class FileDirectories {

    private final Map<LogStream, Set<Path>> ofStream = new HashMap<>();

    /** How many streams have a file in each. */
    private final Map<Path, Integer> counts = new HashMap<>();

    /** Asks streams again that changed. */
    void look(Collection<LogStream> changed) {
        for (LogStream stream : changed) {
            Set<Path> now = of(stream);
            Set<Path> before = ofStream.put(stream, now);
            if (now.equals(before)) {
                continue;
            }
            now.forEach(directory -> counts.merge(directory, 1, Integer::sum));
            if (before != null) {
                before.forEach(directory ->
                        counts.computeIfPresent(
                                directory, (_, count) -> count == 1 ? null : count - 1));
            }
        }
    }

    private static Set<Path> of(LogStream stream) {
        Set<Path> directories = new HashSet<>();
        for (Generation generation : stream.generations()) {
            Path parent = generation.path().getParent();
            boolean wanted = generation.onDisk() || generation.place() == Generation.Place.UNKNOWN;
            if (wanted && parent != null) {
                directories.add(parent);
            }
        }
        return Set.copyOf(directories);
    }

    /** All of them. */
    Set<Path> all() {
        return Set.copyOf(counts.keySet());
    }
}
