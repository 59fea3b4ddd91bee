package io.moor.shipper.tail;

import io.moor.shipper.identity.FileObserver;
import io.moor.shipper.identity.ObservedFile;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Directories as they are, read again only when they changed: a name can only come to mean another
 * file when its directory changes. A directory changed a moment ago is read again anyway, because
 * two changes within a tick of the clock look like one.
 */
final class DirectoryListings {

    private static final Duration TICK = Duration.ofMillis(50);

    private final FileObserver observer;
    private final InstantSource clock;
    private final Map<Path, Listing> listings = new HashMap<>();

    DirectoryListings(FileObserver observer, InstantSource clock) {
        this.observer = observer;
        this.clock = clock;
    }

    /**
     * @param files regular files
     * @param directories subdirectories
     * @param links symbolic links, to be resolved at every look
     * @param complete false when something could not be read, or the directory is not there (a
     *     mount that comes later); absence then proves nothing
     */
    record Listing(
            List<ObservedFile> files,
            List<Path> directories,
            List<Path> links,
            boolean complete,
            Instant modified,
            boolean settled) {

        /** Nobody knows what is in it. */
        static final Listing UNREADABLE =
                new Listing(List.of(), List.of(), List.of(), false, Instant.EPOCH, false);

        /** Of a directory that is not there. */
        static final Listing MISSING =
                new Listing(List.of(), List.of(), List.of(), false, Instant.MIN, true);
    }

    Listing list(Path directory) {
        try {
            Instant modified = modified(directory);
            Listing known = listings.get(directory);
            if (known != null && known.settled() && known.modified().equals(modified)) {
                return known;
            }
            boolean settled = modified.isBefore(clock.instant().minus(TICK));
            Listing fresh = read(directory, modified, settled);
            listings.put(directory, fresh);
            return fresh;
        } catch (NoSuchFileException | NotDirectoryException e) {
            listings.put(directory, Listing.MISSING);
            return Listing.MISSING;
        } catch (IOException | DirectoryIteratorException e) {
            // Kept, so that it counts as changed and is looked at again: it may come to be there.
            listings.put(directory, Listing.UNREADABLE);
            return Listing.UNREADABLE;
        }
    }

    private static Instant modified(Path directory) throws IOException {
        return Files.readAttributes(directory, BasicFileAttributes.class)
                .lastModifiedTime()
                .toInstant();
    }

    /** Whether nothing can have changed: one look at each known directory. */
    boolean unchanged() {
        return listings.entrySet().stream()
                .allMatch(known -> isUnchanged(known.getKey(), known.getValue()));
    }

    private static boolean isUnchanged(Path directory, Listing known) {
        if (known.equals(Listing.MISSING)) {
            return Files.notExists(directory);
        }
        try {
            return known.settled()
                    && known.links().isEmpty()
                    && Files.getLastModifiedTime(directory).toInstant().equals(known.modified());
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether no directory is to be read again even if nothing more changes. */
    boolean areSettled() {
        return listings.values().stream().allMatch(Listing::settled);
    }

    /** Forgets directories that nobody asked for. */
    void retain(Set<Path> directories) {
        listings.keySet().retainAll(directories);
    }

    private Listing read(Path directory, Instant modified, boolean settled) throws IOException {
        List<ObservedFile> files = new ArrayList<>();
        List<Path> directories = new ArrayList<>();
        List<Path> links = new ArrayList<>();
        boolean complete = true;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                try {
                    FileObserver.Entry entry = observer.entry(path);
                    switch (entry.kind()) {
                        case FILE -> Optional.ofNullable(entry.file()).ifPresent(files::add);
                        case DIRECTORY -> directories.add(path);
                        case LINK -> links.add(path);
                        case OTHER -> {}
                    }
                } catch (NoSuchFileException renamedMeanwhile) {
                    // The rename changed the directory: the listing is not settled and comes again.
                    complete = false;
                }
            }
        }
        // A name that moves while the directory is read may be missed under both.
        complete &= modified(directory).equals(modified);
        return new Listing(files, directories, links, complete, modified, settled && complete);
    }
}
