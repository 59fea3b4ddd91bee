package io.moor.shipper.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which generations without a file may be forgotten. Whatever is forgotten and comes back, with a
 * mount or as a compressed copy, is shipped a second time, and remembering costs one small record:
 * so it takes days, or very many. A file is believed to be deleted only when another file of its
 * stream, in the same directory of the same file system, was seen with it and is still there: a
 * directory that is missing, that lost everything at once, or that is another file system now, is
 * rather a mount that is away.
 */
final class Remembrance {

    /** How long a deleted file is remembered, counted anew by each run. */
    static final Duration LONG = Duration.ofDays(7);

    /** How many deleted files of a stream are remembered; the youngest. */
    static final int MOST_DELETED = 1_024;

    /** The same, of files that may be on a mount that is away: a bound on memory only. */
    static final int MOST_AWAY = 16_384;

    private Remembrance() {}

    /**
     * @param candidates that may be forgotten, youngest first
     * @param all generations of the stream
     */
    static Set<Generation> forgotten(
            List<Generation> candidates, List<Generation> all, long nowNanos) {
        List<Generation> gone = new ArrayList<>();
        boolean any = false;
        for (Generation each : candidates) {
            if (isGone(each)) {
                gone.add(each);
                any |= each.gone(nowNanos).compareTo(LONG) > 0;
            }
        }
        if (!any && gone.size() <= MOST_DELETED) {
            return Set.of();
        }
        Map<Directory, List<Generation>> present = present(all);
        Set<Generation> forgotten = new HashSet<>();
        int deleted = 0;
        int away = 0;
        for (Generation each : gone) {
            List<Generation> others = present.getOrDefault(Directory.of(each), List.of());
            if (others.stream().anyMatch(other -> other.wasSeenWith(each))) {
                if (deleted++ >= MOST_DELETED || each.gone(nowNanos).compareTo(LONG) > 0) {
                    forgotten.add(each);
                }
            } else if (away++ >= MOST_AWAY) {
                forgotten.add(each);
            }
        }
        return forgotten;
    }

    private record Directory(Path path, String fileSystem) {
        static Directory of(Generation generation) {
            return new Directory(
                    Objects.requireNonNullElse(generation.path().getParent(), generation.path()),
                    generation.physical().fileSystem());
        }
    }

    private static Map<Directory, List<Generation>> present(List<Generation> generations) {
        Map<Directory, List<Generation>> present = new HashMap<>();
        for (Generation each : generations) {
            if (each.onDisk()) {
                present.computeIfAbsent(Directory.of(each), _ -> new ArrayList<>()).add(each);
            }
        }
        return present;
    }

    private static boolean isGone(Generation generation) {
        return generation.isEnded()
                && !generation.onDisk()
                && generation.place() != Generation.Place.UNKNOWN
                && generation.tail() == null;
    }
}
