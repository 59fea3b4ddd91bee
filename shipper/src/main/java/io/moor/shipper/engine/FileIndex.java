package io.moor.shipper.engine;

import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.identity.PhysicalId;
import io.moor.shipper.tail.Scan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of one scan by inode, and which of them are taken by a generation. */
final class FileIndex {

    private final Map<Long, List<ObservedFile>> byInode = new HashMap<>();
    private final Map<Path, List<ObservedFile>> byDirectory;
    private final Set<Path> taken = new HashSet<>();

    FileIndex(Scan scan) {
        byDirectory = scan.directories();
        Stream.concat(
                        scan.directories().values().stream().flatMap(List::stream),
                        scan.matches().stream().map(Scan.Matched::file))
                .sorted(Comparator.comparing(ObservedFile::path))
                .distinct()
                .forEach(file ->
                        byInode.computeIfAbsent(file.physical().inode(), _ -> new ArrayList<>())
                                .add(file));
    }

    /** The file with this physical identity; of several names the given one is preferred. */
    Optional<ObservedFile> find(PhysicalId physical, Path preferred) {
        List<ObservedFile> names =
                byInode.getOrDefault(physical.inode(), List.of()).stream()
                        .filter(file -> file.physical().isSameFile(physical))
                        .toList();
        return names.stream()
                .filter(file -> file.path().equals(preferred))
                .findFirst()
                .or(() -> names.stream().findFirst());
    }

    /** Files in a directory that no generation has taken, the preferred path first. */
    List<ObservedFile> free(Path directory, Path preferred) {
        return byDirectory.getOrDefault(directory, List.of()).stream()
                .filter(file -> !isTaken(file))
                .sorted(
                        Comparator.comparing((ObservedFile file) -> !file.path().equals(preferred))
                                .thenComparing(ObservedFile::path))
                .toList();
    }

    /** Files that no generation has taken. */
    List<ObservedFile> free(Predicate<ObservedFile> wanted) {
        return byInode.values().stream()
                .flatMap(List::stream)
                .filter(file -> wanted.test(file) && !isTaken(file))
                .toList();
    }

    /** Every path. */
    Set<Path> paths() {
        Set<Path> paths = new HashSet<>();
        byInode.values().forEach(files -> files.forEach(file -> paths.add(file.path())));
        return paths;
    }

    /** Takes a file, under all its names. */
    void take(ObservedFile file) {
        byInode.getOrDefault(file.physical().inode(), List.of()).stream()
                .filter(other -> other.physical().isSameFile(file.physical()))
                .forEach(other -> taken.add(other.path()));
        taken.add(file.path());
    }

    boolean isTaken(ObservedFile file) {
        return taken.contains(file.path());
    }
}
