package io.moor.volumes;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The names under a provider's root. A volume id has no dot, so nothing here can be mistaken for a
 * volume of another id, and what starts with a dot is never a volume.
 *
 * @param root existing directory on shared storage, absolute, without symbolic links
 */
record VolumeFiles(Path root) {

    /** Starts the name of everything that is renamed once it is complete. */
    static final String CREATING = ".creating-";

    private static final String DELETED = ".deleted-";

    /** The data of a volume of type {@code image}. */
    Path image(VolumeId id) {
        return root.resolve(id + ".img");
    }

    /** The data of a volume of type {@code directory}. */
    Path directory(VolumeId id) {
        return root.resolve(id.value());
    }

    /** Size of a volume of type {@code directory}, in bytes, as text. */
    Path size(VolumeId id) {
        return root.resolve(id + ".size");
    }

    /** The newest epoch the volume was attached with, as text. */
    Path epoch(VolumeId id) {
        return root.resolve(id + ".epoch");
    }

    /** Where the symbolic link of the newest attachment is, as text. */
    Path link(VolumeId id) {
        return root.resolve(id + ".link");
    }

    /** A volume that is being made. */
    Path creating(VolumeId id) {
        return root.resolve(CREATING + id);
    }

    /** A name for a volume that is being deleted, different at every call. */
    Path tombstone(VolumeId id) {
        return root.resolve(DELETED + id + "." + Long.toHexString(System.nanoTime()));
    }

    /** Locked in part while an operation on a volume runs. */
    Path locks() {
        return root.resolve(".locks");
    }

    /** What is written beside the data. */
    List<Path> notes(VolumeId id) {
        return List.of(size(id), epoch(id), link(id));
    }

    /** Bytes that may still be written to storage. */
    long freeBytes() throws IOException {
        FileStore store = Files.getFileStore(root);
        return store.getUsableSpace();
    }

    /** The volume whose unfinished creation or deletion a file name is. */
    static Optional<VolumeId> leftoverOf(Path file) {
        String name = file.getFileName().toString();
        for (String prefix : List.of(CREATING, DELETED)) {
            if (name.startsWith(prefix)) {
                String id = name.substring(prefix.length());
                int dot = id.indexOf('.');
                return parse(dot < 0 ? id : id.substring(0, dot));
            }
        }
        return Optional.empty();
    }

    static Optional<VolumeId> parse(String name) {
        try {
            return Optional.of(new VolumeId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
