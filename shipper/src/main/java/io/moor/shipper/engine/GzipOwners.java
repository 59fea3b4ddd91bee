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

/** Whose a compressed file may be, by its name, for all streams at once. */
final class GzipOwners {

    private static final String SEPARATORS = "._-";

    private final Map<Path, List<LogStream>> byLivePath = new HashMap<>();
    private final Map<Path, List<LogStream>> byFile = new HashMap<>();
    private final Map<Path, List<Owned>> byDirectory = new HashMap<>();

    /**
     * @param stream whose
     * @param generation which
     */
    record Owned(LogStream stream, Generation generation) {}

    GzipOwners(Collection<LogStream> streams) {
        for (LogStream stream : streams) {
            byLivePath.computeIfAbsent(stream.livePath(), _ -> new ArrayList<>()).add(stream);
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

    /** Streams of which it is a rotation, or one of whose files had its name before. */
    List<LogStream> named(Path gzip) {
        Path plain = GzipFiles.plain(gzip);
        Set<LogStream> named = new LinkedHashSet<>(byFile.getOrDefault(plain, List.of()));
        named.addAll(byLivePath.getOrDefault(plain, List.of()));
        for (String live : rotatedFrom(String.valueOf(plain.getFileName()))) {
            Path path = plain.resolveSibling(live);
            if (byLivePath.containsKey(path) && RotatedNames.isRotationOf(plain, path)) {
                named.addAll(byLivePath.getOrDefault(path, List.of()));
            }
        }
        return List.copyOf(named);
    }

    /** Names that rotation may have made this one of: a part cut off, or out. */
    private static List<String> rotatedFrom(String name) {
        List<String> names = new ArrayList<>();
        for (int from = 1; from < name.length(); from++) {
            if (SEPARATORS.indexOf(name.charAt(from)) >= 0) {
                names.add(name.substring(0, from));
                for (int to = name.indexOf('.', from + 1); to > 0; to = name.indexOf('.', to + 1)) {
                    names.add(name.substring(0, from) + name.substring(to));
                }
            }
        }
        return names;
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
