package io.moor.shipper.tail;

import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * From globs to files. Symbolic links are resolved, so that a file is found under its real path; a
 * file with several names is found once, under the first in sort order. Not thread-safe.
 */
public final class PathDiscovery {

    private final List<GlobSet> sources;
    private final FileObserver observer;
    private final DirectoryListings listings;
    private Set<Path> lookedInto = Set.of();
    private @Nullable Scan last;
    private long scans;

    public PathDiscovery(List<GlobSet> sources, FileObserver observer, InstantSource clock) {
        this.sources = List.copyOf(sources);
        this.observer = observer;
        this.listings = new DirectoryListings(observer, clock);
    }

    /**
     * @param alsoLookInto directories of known files, which may have names outside the globs now
     */
    public Scan scan(Set<Path> alsoLookInto) {
        if (last != null && lookedInto.equals(alsoLookInto) && listings.unchanged()) {
            return last;
        }
        Walk walk = new Walk();
        for (GlobSet source : sources) {
            for (GlobSet.Base base : source.bases()) {
                walk.into(source, base.directory(), base.depth(), new HashSet<>());
            }
        }
        alsoLookInto.forEach(walk::list);
        listings.retain(walk.listed.keySet());
        lookedInto = Set.copyOf(alsoLookInto);
        last = walk.result();
        return last;
    }

    /**
     * Whether the next scan sees more only if something changes: no directory changed so lately
     * that another change would look the same, and all could be read.
     */
    public boolean isSettled() {
        return listings.areSettled();
    }

    /** Makes the next scan a full one, when a match could not be opened for example. */
    public void forget() {
        last = null;
    }

    private final class Walk {
        final TreeMap<Path, Scan.Matched> matches = new TreeMap<>();
        final Map<Path, List<ObservedFile>> directories = new HashMap<>();
        final Map<Path, GlobSet> closed = new HashMap<>();
        final Set<Path> incomplete = new HashSet<>();
        final Map<Path, DirectoryListings.Listing> listed = new HashMap<>();

        void into(GlobSet source, Path directory, int depth, Set<Path> above) {
            DirectoryListings.Listing listing = list(directory);
            if (listing.equals(DirectoryListings.Listing.UNREADABLE)
                    && !source.isExcluded(directory)) {
                closed.putIfAbsent(real(directory), source);
            }
            found(source, directory, listing);
            for (Path link : listing.links()) {
                follow(source, link, depth, above);
            }
            if (depth > 0) {
                for (Path child : listing.directories()) {
                    into(source, child, depth - 1, above);
                }
            }
        }

        private void follow(GlobSet source, Path link, int depth, Set<Path> above) {
            try {
                Path real = link.toRealPath();
                if (Files.isDirectory(real)) {
                    // A link to a directory above would be walked for ever.
                    if (depth > 0 && above.size() < depth && !link.startsWith(real)) {
                        Set<Path> deeper = new HashSet<>(above);
                        if (deeper.add(real)) {
                            into(source, link, depth - 1, deeper);
                        }
                    }
                } else if (source.matches(link)) {
                    observer.observe(real).ifPresent(file -> found(source, file));
                    Optional.ofNullable(real.getParent()).ifPresent(this::list);
                }
            } catch (IOException dangling) {
                // A link to nothing is not a file; it may become one.
            }
        }

        private void found(GlobSet source, Path directory, DirectoryListings.Listing listing) {
            Path real = real(directory);
            for (ObservedFile file : listing.files()) {
                if (source.matches(file.path())) {
                    found(source, file.at(real.resolve(file.path().getFileName())));
                }
            }
        }

        private void found(GlobSet source, ObservedFile file) {
            matches.putIfAbsent(file.path(), new Scan.Matched(source, file));
        }

        /**
         * Lists a directory; its files are known by their real paths. Once in a scan, whoever asks:
         * of two listings with a rotation in between a name would mean two files, and a file that
         * is known be taken for a new one under its other name.
         */
        DirectoryListings.Listing list(Path directory) {
            DirectoryListings.Listing before = listed.get(directory);
            if (before != null) {
                return before;
            }
            DirectoryListings.Listing listing = listings.list(directory);
            Path real = real(directory);
            if (!listing.complete()) {
                incomplete.add(real);
            }
            directories.computeIfAbsent(
                    real,
                    _ ->
                            real.equals(directory)
                                    ? listing.files()
                                    : listing.files().stream()
                                            .map(file ->
                                                    file.at(
                                                            real.resolve(
                                                                    file.path().getFileName())))
                                            .toList());
            listed.put(directory, listing);
            return listing;
        }

        private static Path real(Path directory) {
            try {
                return directory.toRealPath();
            } catch (IOException notThere) {
                return directory;
            }
        }

        Scan result() {
            Map<Object, Scan.Matched> once = new HashMap<>();
            List<Scan.Matched> inOrder = new ArrayList<>();
            for (Scan.Matched match : matches.values()) {
                if (once.putIfAbsent(match.file().physical(), match) == null) {
                    inOrder.add(match);
                }
            }
            inOrder.sort(Comparator.comparing(match -> match.file().path()));
            return new Scan(++scans, inOrder, directories, closed, incomplete);
        }
    }
}
