package io.moor.volumes;

import io.moor.volumes.Holders.Holder;
import io.moor.volumes.LoopDevices.LoopDevice;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Mounts and unmounts images on this machine. */
final class ImageAttacher implements NodePart {

    private static final Logger LOG = LoggerFactory.getLogger(ImageAttacher.class);

    static final String HOW = "loop-mount";

    /** A mount replays a journal and reads bitmaps; long on slow shared storage. */
    private static final Duration MOUNT_LIMIT = Duration.ofMinutes(2);

    private final VolumeFiles files;
    private final Commands commands;
    private final Unmounting unmounting;
    private final LoopDevices loops;
    private final FileSystemCheck check;
    private final Epochs epochs;
    private final Duration patience;

    /**
     * @param patience how long loop devices of an instance that was killed may take to be gone; the
     *     kernel gives one up a few milliseconds after its last use as a rule
     */
    ImageAttacher(VolumeFiles files, Commands commands, Duration patience) {
        this.files = files;
        this.commands = commands;
        this.unmounting = new Unmounting(commands);
        this.loops = new LoopDevices(commands);
        this.check = new FileSystemCheck(commands);
        this.epochs = new Epochs(files);
        this.patience = patience;
    }

    @Override
    public AttachResult attach(AttachRequest request) throws VolumeException {
        Optional<String> obstacle = VolumeProviders.whyNoMount();
        if (obstacle.isPresent()) {
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " cannot be mounted: "
                            + obstacle.get()
                            + ". Run as root, or use volumes of type directory",
                    false);
        }
        Path path = AttachPoint.withParents(request.path());
        Path image = files.image(request.id());
        try (VolumeLock _ = VolumeLock.acquire(files, request.id())) {
            MountTable table = MountTable.read();
            List<MountEntry> mounted = mountsOf(image, table.at(path));
            if (!mounted.isEmpty()) {
                epochs.requireSame(request, mounted.getLast().mode());
                return new AttachResult(request.path(), HOW, "");
            }
            epochs.requireCurrent(request);
            AttachPoint.makeMountPoint(path, table);
            requireNoOtherUse(image, request);
            epochs.advance(request);
            String checked = check.run(request.id(), image, request);
            mount(image, path, request);
            LOG.atInfo()
                    .addKeyValue("volume", request.id())
                    .addKeyValue("path", path)
                    .addKeyValue("epoch", request.epoch())
                    .addKeyValue("mode", request.mode())
                    .addKeyValue("check", checked)
                    .log("volume mounted");
            return new AttachResult(request.path(), HOW, checked);
        }
    }

    @Override
    public void detach(VolumeId id, Path requested) throws VolumeException {
        Path path = AttachPoint.canonical(requested);
        Path image = files.image(id);
        try (VolumeLock _ = VolumeLock.acquire(files, id)) {
            List<MountEntry> mounted = mountsOf(image, MountTable.read().at(path));
            if (!mounted.isEmpty()) {
                MountEntry entry = mounted.getLast();
                unmounting.unmount(id, entry, LoopDevices.acceptsWrites(entry));
            }
            // Also when nothing is mounted here: a call before this one may have unmounted it and
            // failed, and what is in use elsewhere is not released by looking at this path.
            requireNoWriters(id, image);
            // Unmounting wrote the last blocks into the image file; they reach storage here.
            if (Files.exists(image)) {
                DurableFile.sync(image);
            }
        } catch (IOException e) {
            throw Failures.storage("volume " + id + " cannot be flushed", e);
        }
    }

    @Override
    public boolean attachedAt(VolumeId id, Path path) throws VolumeException {
        List<MountEntry> there = MountTable.read().at(AttachPoint.canonical(path));
        return !mountsOf(files.image(id), there).isEmpty();
    }

    @Override
    public void requireDetached(VolumeId id) throws VolumeException {
        List<LoopDevice> devices = devicesAfterWaiting(files.image(id), true);
        if (!devices.isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " is attached on this machine ("
                            + users(devices)
                            + "): detach it first",
                    false);
        }
    }

    /** Two read-only attachments may share an image; a writer shares it with nobody. */
    private void requireNoOtherUse(Path image, AttachRequest request) throws VolumeException {
        boolean alone = request.mode() == AccessMode.RW || request.dirty();
        List<LoopDevice> devices = devicesAfterWaiting(image, alone);
        if (!devices.isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " is in use on this machine ("
                            + users(devices)
                            + "): detach it there first",
                    true);
        }
        List<Holder> writers = openForWriting(image);
        if (!writers.isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " is in use on this machine ("
                            + words(writers)
                            + "): let that end, or stop it, and try again",
                    true);
        }
    }

    /** The devices that are still in the way after an instance that just died had time to go. */
    private List<LoopDevice> devicesAfterWaiting(Path image, boolean any) throws VolumeException {
        return Waiting.untilEmpty(
                patience,
                () ->
                        loops.of(image).stream()
                                .filter(device -> any || device.mode() == AccessMode.RW)
                                .toList());
    }

    private static String users(List<LoopDevice> devices) throws VolumeException {
        List<String> users = new ArrayList<>();
        for (LoopDevice device : devices) {
            users.add("loop device " + device.name());
            users.addAll(OtherMounts.of(device.device(), "/", List.of()));
        }
        return String.join(", ", users);
    }

    private void mount(Path image, Path path, AttachRequest request) throws VolumeException {
        // noload: a clean file system needs no journal to be read; so nothing is written, ever.
        String options =
                switch (request.mode()) {
                    case RW -> "loop,rw,nodev,nosuid,noatime";
                    case RO -> "loop,ro,noload,nodev,nosuid,noatime";
                };
        CommandResult result =
                commands.run(
                        MOUNT_LIMIT,
                        "mount",
                        "-t",
                        "ext4",
                        "-o",
                        options,
                        image.toString(),
                        path.toString());
        List<MountEntry> mounted = mountsOf(image, MountTable.read().at(path));
        if (!result.succeeded() || mounted.isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " cannot be mounted at "
                            + path
                            + " (the kernel needs loop devices: modprobe loop; a container needs"
                            + " access to /dev/loop*): "
                            + result.words(),
                    true);
        }
    }

    /** Readers may stay: their devices and mounts accept no write. */
    private void requireNoWriters(VolumeId id, Path image) throws VolumeException {
        List<LoopDevice> left = devicesAfterWaiting(image, false);
        List<Holder> writers = left.isEmpty() ? openForWriting(image) : List.of();
        if (!left.isEmpty() || !writers.isEmpty()) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " is not mounted here, but still in use ("
                            + (left.isEmpty() ? words(writers) : users(left))
                            + "): stop what uses it and try again",
                    true);
        }
    }

    /**
     * Programs that change the image without a loop device, as a check that outlived its parent.
     */
    private List<Holder> openForWriting(Path image) throws VolumeException {
        return Waiting.untilEmpty(patience, () -> OpenForWriting.of(image));
    }

    private static String words(List<Holder> holders) {
        return String.join(", ", holders.stream().map(Holder::toString).toList());
    }

    private static List<MountEntry> mountsOf(Path image, List<MountEntry> entries)
            throws VolumeException {
        List<MountEntry> mounts = new ArrayList<>();
        for (MountEntry entry : entries) {
            if (LoopDevices.isMountOf(entry, image)) {
                mounts.add(entry);
            }
        }
        return mounts;
    }
}
