package io.moor.volumes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Creates, finds and deletes volumes under a root, the same way for every type.
 *
 * <p>A volume exists when its data has its final name and its size is noted beside it. The note is
 * written first and the data is renamed into place last, so a creation that stopped half-way is no
 * volume, and a repeat starts again. A deletion renames the data first, so it is no volume from
 * then on; the notes go next, and what was renamed last, so whoever finds it can finish the
 * deletion.
 */
final class VolumeStore {

    private static final String SIZE_SUFFIX = ".size";

    private final VolumeFiles files;
    private final VolumeFormat format;
    private final Leftovers leftovers;

    VolumeStore(VolumeFiles files, VolumeFormat format) {
        this.files = files;
        this.format = format;
        this.leftovers = new Leftovers(files, this::exists);
    }

    void create(VolumeSpec spec) throws VolumeException {
        format.requireUsable(spec);
        leftovers.sweep();
        try (VolumeLock _ = VolumeLock.acquire(files, spec.id())) {
            Optional<VolumeInfo> existing = find(spec.id());
            if (existing.isPresent()) {
                requireSameSize(existing.get(), spec);
                return;
            }
            requireNothingForeign(spec.id());
            requireSpace(spec);
            make(spec);
        }
    }

    void delete(VolumeId id) throws VolumeException {
        try (VolumeLock _ = VolumeLock.acquire(files, id)) {
            if (exists(id)) {
                format.requireDetached(id);
                Leftovers.requireNoMounts(format.data(id));
                Path tombstone = files.tombstone(id);
                DurableFile.rename(format.data(id), tombstone);
                leftovers.remove(id, tombstone);
            }
        } catch (IOException e) {
            throw Failures.storage("volume " + id + " cannot be deleted", e);
        }
        leftovers.sweep();
    }

    Optional<VolumeInfo> find(VolumeId id) throws VolumeException {
        Path note = files.size(id);
        if (!Files.exists(format.data(id), LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            String size = Files.readString(note, StandardCharsets.US_ASCII).strip();
            return Optional.of(new VolumeInfo(id, Long.parseLong(size)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            throw new VolumeException(
                    note + " does not hold a size: write the volume's size in bytes into it",
                    false,
                    e);
        } catch (IOException e) {
            throw Failures.storage("volume " + id + " cannot be looked at", e);
        }
    }

    List<VolumeInfo> list() throws VolumeException {
        leftovers.sweep();
        List<VolumeInfo> volumes = new ArrayList<>();
        for (VolumeId id : noted()) {
            find(id).ifPresent(volumes::add);
        }
        volumes.sort(Comparator.comparing(volume -> volume.id().value()));
        return List.copyOf(volumes);
    }

    /** Says that a volume is missing before anything is done with it. */
    void requireExists(VolumeId id) throws VolumeException {
        if (!exists(id)) {
            throw new VolumeException(
                    "there is no volume " + id + " in " + files.root() + ": create it first",
                    false);
        }
    }

    private boolean exists(VolumeId id) throws VolumeException {
        return find(id).isPresent();
    }

    private List<VolumeId> noted() throws VolumeException {
        try (Stream<Path> all = Files.list(files.root())) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SIZE_SUFFIX))
                    .map(name -> name.substring(0, name.length() - SIZE_SUFFIX.length()))
                    .flatMap(name -> VolumeFiles.parse(name).stream())
                    .toList();
        } catch (IOException e) {
            throw Failures.storage("the volumes in " + files.root() + " cannot be listed", e);
        }
    }

    private void make(VolumeSpec spec) throws VolumeException {
        Path temporary = files.creating(spec.id());
        try {
            leftovers.remove(spec.id(), temporary);
            format.make(temporary, spec);
            DurableFile.sync(temporary);
            DurableFile.write(files.size(spec.id()), spec.sizeBytes() + "\n");
            DurableFile.rename(temporary, format.data(spec.id()));
        } catch (IOException e) {
            discard(spec.id(), temporary, e);
            throw Failures.storage("volume " + spec.id() + " cannot be created" + space(spec), e);
        } catch (VolumeException e) {
            discard(spec.id(), temporary, e);
            throw new VolumeException(e.getMessage() + space(spec), e.isTransient(), e);
        }
    }

    private void discard(VolumeId id, Path temporary, Exception reason) {
        try {
            leftovers.remove(id, temporary);
        } catch (IOException | VolumeException e) {
            reason.addSuppressed(e);
        }
    }

    private static void requireSameSize(VolumeInfo existing, VolumeSpec spec)
            throws VolumeException {
        if (existing.sizeBytes() != spec.sizeBytes()) {
            throw new VolumeException(
                    "volume "
                            + spec.id()
                            + " exists with "
                            + existing.sizeBytes()
                            + " bytes, not "
                            + spec.sizeBytes()
                            + ": use that size, or another volume",
                    false);
        }
    }

    private void requireNothingForeign(VolumeId id) throws VolumeException {
        Path data = format.data(id);
        if (Files.exists(data, LinkOption.NOFOLLOW_LINKS)) {
            throw new VolumeException(
                    data + " is there, but is not a volume that was created here: move it away",
                    false);
        }
    }

    private void requireSpace(VolumeSpec spec) throws VolumeException {
        try {
            if (files.freeBytes() < spec.sizeBytes()) {
                throw new VolumeException(
                        "volume " + spec.id() + " does not fit" + space(spec), false);
            }
        } catch (IOException e) {
            throw Failures.storage("the free space of " + files.root() + " is unknown", e);
        }
    }

    private String space(VolumeSpec spec) {
        String free;
        try {
            free = files.freeBytes() + " bytes are free";
        } catch (IOException e) {
            free = "the free space is unknown";
        }
        return " (it needs " + spec.sizeBytes() + " bytes; in " + files.root() + " " + free + ")";
    }
}
