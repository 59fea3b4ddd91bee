package io.moor.volumes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Bind mounts: the volume's directory appears at the path as a mount of its own. */
final class BindAttacher implements NodePart {

    static final String HOW = "bind-mount";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final VolumeFiles files;
    private final Commands commands;
    private final Unmounting unmounting;
    private final Epochs epochs;
    private final DirectoryFlush flush;
    private final Duration patience;

    /**
     * @param patience how long mounts of an instance that was killed may take to be gone; a few
     *     milliseconds as a rule
     */
    BindAttacher(VolumeFiles files, Commands commands, Duration patience) {
        this.files = files;
        this.commands = commands;
        this.unmounting = new Unmounting(commands);
        this.epochs = new Epochs(files);
        this.flush = new DirectoryFlush(commands);
        this.patience = patience;
    }

    @Override
    public AttachResult attach(AttachRequest request) throws VolumeException {
        Path path = AttachPoint.withParents(request.path());
        try (VolumeLock _ = VolumeLock.acquire(files, request.id())) {
            MountTable table = MountTable.read();
            Optional<MountEntry> mounted = mountOf(request.id(), path, table);
            if (mounted.isPresent()) {
                epochs.requireSame(request, mounted.get().mode());
                return new AttachResult(request.path(), HOW, "");
            }
            epochs.requireCurrent(request);
            AttachPoint.makeMountPoint(path, table);
            if (request.mode() == AccessMode.RW) {
                requireUnused(request.id(), "is in use on this machine", true);
            }
            epochs.advance(request);
            mount(request, path);
            return new AttachResult(request.path(), HOW, "");
        }
    }

    @Override
    public void detach(VolumeId id, Path requested) throws VolumeException {
        Path path = AttachPoint.canonical(requested);
        try (VolumeLock _ = VolumeLock.acquire(files, id)) {
            Optional<MountEntry> mounted = mountOf(id, path, MountTable.read());
            if (mounted.isPresent()) {
                unmounting.unmount(id, mounted.get(), mounted.get().mode() == AccessMode.RW);
            }
            boolean wasReader = mounted.filter(entry -> entry.mode() == AccessMode.RO).isPresent();
            if (!wasReader && Files.isDirectory(files.directory(id))) {
                // Also when nothing is mounted here: see the same step of an image.
                requireNoWriters(id, path);
            }
            // Taking a bind mount away writes nothing; also after a flush that failed before.
            flush.run(id, files.directory(id));
        }
    }

    @Override
    public boolean attachedAt(VolumeId id, Path path) throws VolumeException {
        return mountOf(id, AttachPoint.canonical(path), MountTable.read()).isPresent();
    }

    @Override
    public void requireDetached(VolumeId id) throws VolumeException {
        requireUnused(id, "is attached on this machine", false);
    }

    private void mount(AttachRequest request, Path path) throws VolumeException {
        String options =
                switch (request.mode()) {
                    case RW -> "bind,rw,nodev,nosuid,noatime";
                    case RO -> "bind,ro,nodev,nosuid,noatime";
                };
        CommandResult result =
                commands.run(
                        LIMIT,
                        "mount",
                        "-o",
                        options,
                        files.directory(request.id()).toString(),
                        path.toString());
        Optional<MountEntry> mounted = mountOf(request.id(), path, MountTable.read());
        boolean asAsked = mounted.filter(entry -> entry.mode() == request.mode()).isPresent();
        if (!result.succeeded() || !asAsked) {
            if (mounted.isPresent()) {
                unmounting.unmount(request.id(), mounted.get(), false);
            }
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " cannot be mounted "
                            + request.mode()
                            + " at "
                            + path
                            + ": "
                            + result.words(),
                    true);
        }
    }

    private void requireUnused(VolumeId id, String what, boolean mayEndSoon)
            throws VolumeException {
        Shown shown = shown(id, MountTable.read());
        List<String> users =
                Waiting.untilEmpty(
                        patience, () -> OtherMounts.of(shown.device, shown.root, List.of()));
        if (!users.isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " "
                            + what
                            + " ("
                            + String.join(", ", users)
                            + "): detach it first",
                    mayEndSoon);
        }
    }

    private void requireNoWriters(VolumeId id, Path path) throws VolumeException {
        Shown shown = shown(id, MountTable.read());
        List<String> writers =
                Waiting.untilEmpty(patience, () -> OtherMounts.writable(shown.device, shown.root));
        if (!writers.isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " is not mounted at "
                            + path
                            + ", but still in use ("
                            + String.join(", ", writers)
                            + "): stop what uses it and try again",
                    true);
        }
        Holders.requireNone(id, path, files.directory(id));
    }

    private Optional<MountEntry> mountOf(VolumeId id, Path path, MountTable table)
            throws VolumeException {
        List<MountEntry> there = table.at(path);
        if (there.isEmpty() || !Files.isDirectory(files.directory(id))) {
            return Optional.empty();
        }
        Shown shown = shown(id, table);
        return there.stream()
                .filter(entry -> entry.device().equals(shown.device))
                .filter(entry -> entry.root().equals(shown.root))
                .reduce((first, second) -> second);
    }

    /** How mount tables show a mount of the volume: device and path within its file system. */
    private record Shown(String device, String root) {}

    private Shown shown(VolumeId id, MountTable table) throws VolumeException {
        Path directory = files.directory(id);
        MountEntry storage =
                table.containing(files.root())
                        .orElseThrow(() ->
                                new VolumeException(
                                        files.root() + " is on no mounted file system", true));
        Path within = storage.point().relativize(directory);
        Path root = Path.of(storage.root()).resolve(within.toString());
        return new Shown(storage.device(), root.toString());
    }
}
