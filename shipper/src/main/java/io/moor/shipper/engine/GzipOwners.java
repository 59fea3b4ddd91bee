package io.moor.shipper.engine;

import io.moor.shipper.tail.Frontier;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Whose a compressed file may be, by its name, for all streams at once. */
final class GzipOwners {

    private final Map<Path, List<LogStream>> byBase = new HashMap<>();
    private final Map<Path, List<LogStream>> byFile = new HashMap<>();
    private final Map<Path, List<Owned>> byDirectory = new HashMap<>();

    /**
     * @param stream whose
     * @param generation which
     */
    record Owned(LogStream stream, Generation generation) {
        /** Of all generations of a stream, oldest first. */
        static Stream<Owned> of(LogStream stream) {
            return stream.generations().stream().map(each -> new Owned(stream, each));
        }
    }

    GzipOwners(Collection<LogStream> streams) {
        for (LogStream stream : streams) {
            for (Path base : RotatedNames.bases(stream.livePath())) {
                byBase.computeIfAbsent(base, _ -> new ArrayList<>()).add(stream);
            }
            for (Generation generation : stream.generations()) {
                Path path = generation.path();
                byFile.computeIfAbsent(path, _ -> new ArrayList<>()).add(stream);
                if (path.getParent() != null && generation.committedOffset() > 0) {
                    byDirectory
                            .computeIfAbsent(path.getParent(), _ -> new ArrayList<>())
                            .add(new Owned(stream, generation));
                }
            }
        }
    }

    /** Streams that it may be a rotation of, or one of whose files had its name before. */
    List<LogStream> named(Path gzip) {
        Path plain = GzipFiles.plain(gzip);
        Set<LogStream> named = new LinkedHashSet<>(byFile.getOrDefault(plain, List.of()));
        for (Path base : RotatedNames.bases(plain)) {
            named.addAll(byBase.getOrDefault(base, List.of()));
        }
        return List.copyOf(named);
    }

    /**
     * Generations whose bytes it may begin with.
     *
     * @param matched whether a glob names it: then it must not be one of another stream either
     */
    List<Owned> candidates(Path gzip, List<LogStream> related, boolean matched) {
        Set<Owned> candidates = new LinkedHashSet<>();
        for (LogStream stream : related) {
            for (Generation generation : stream.generations()) {
                candidates.add(new Owned(stream, generation));
            }
        }
        Path directory = gzip.getParent();
        if (matched && directory != null) {
            byDirectory.getOrDefault(directory, List.of()).stream()
                    .filter(each -> !each.generation().onDisk())
                    .filter(each -> each.generation().committedOffset() >= Frontier.PREFIX_BYTES)
                    .forEach(candidates::add);
        }
        return List.copyOf(candidates);
    }
}
