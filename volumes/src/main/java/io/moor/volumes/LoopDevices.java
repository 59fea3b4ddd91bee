package io.moor.volumes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The loop devices of this machine that show an image, whoever set them up. */
record LoopDevices(Commands commands) {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Major device number of loop devices, kernel documentation "Linux allocated devices". */
    private static final String MAJOR = "7:";

    /** What the kernel appends to the name of a file that was removed while in use. */
    private static final String REMOVED = " (deleted)";

    /**
     * @param name {@code /dev/loop0}
     * @param device {@code major:minor}
     * @param mode whether the device accepts writes
     */
    record LoopDevice(String name, String device, AccessMode mode) {}

    /** All that show this image; found by device and inode, so a path of another name counts. */
    List<LoopDevice> of(Path image) throws VolumeException {
        CommandResult result =
                commands.run(
                        LIMIT,
                        "losetup",
                        "--list",
                        "--noheadings",
                        "--raw",
                        "--output",
                        "NAME,RO",
                        "--associated",
                        image.toString());
        if (!result.succeeded()) {
            throw new VolumeException(
                    "it cannot be seen which loop devices exist: " + result.words(), true);
        }
        List<LoopDevice> devices = new ArrayList<>();
        for (String line : result.output().lines().toList()) {
            parse(line).ifPresent(devices::add);
        }
        return devices;
    }

    /** A device that ended between two looks is none. */
    private static Optional<LoopDevice> parse(String line) throws VolumeException {
        int blank = line.indexOf(' ');
        String name = line.substring(0, blank);
        Path number = Path.of("/sys/class/block", name.substring("/dev/".length()), "dev");
        try {
            String device = Files.readString(number, StandardCharsets.US_ASCII).strip();
            boolean readOnly = line.substring(blank).strip().equals("1");
            return Optional.of(
                    new LoopDevice(name, device, readOnly ? AccessMode.RO : AccessMode.RW));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Failures.storage("loop device " + name + " cannot be looked at", e);
        }
    }

    /**
     * Whether the device under a mount accepts writes. A file system that the kernel made read-only
     * after an error was a writer's, so the mount's own options do not tell.
     */
    static boolean acceptsWrites(MountEntry entry) throws VolumeException {
        Path readOnly = Path.of("/sys/dev/block", entry.device(), "ro");
        try {
            return !Files.readString(readOnly, StandardCharsets.US_ASCII).strip().equals("1");
        } catch (IOException e) {
            throw Failures.storage("loop device " + entry.source() + " cannot be looked at", e);
        }
    }

    /** Whether a mount shows this image, read from the kernel without starting a program. */
    static boolean isMountOf(MountEntry entry, Path image) throws VolumeException {
        if (!entry.device().startsWith(MAJOR)) {
            return false;
        }
        Path backing = Path.of("/sys/dev/block", entry.device(), "loop", "backing_file");
        try {
            String name = Files.readString(backing, StandardCharsets.UTF_8);
            name = name.endsWith("\n") ? name.substring(0, name.length() - 1) : name;
            if (name.endsWith(REMOVED)) {
                name = name.substring(0, name.length() - REMOVED.length());
            }
            return name.equals(image.toString()) || isSame(Path.of(name), image);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw Failures.storage("loop device " + entry.source() + " cannot be looked at", e);
        }
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    }
}
