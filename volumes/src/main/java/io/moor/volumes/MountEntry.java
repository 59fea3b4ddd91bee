package io.moor.volumes;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * One line of a mount table, proc_pid_mountinfo(5).
 *
 * @param id the mount's id
 * @param device {@code major:minor} of the file system
 * @param root which path of that file system is mounted
 * @param point where it is mounted, as seen by the process the table is of
 * @param options of this mount ({@code ro}, {@code noatime})
 * @param shared peer group that mounts and unmounts below it spread in; empty for a private one
 * @param master peer group it receives mounts and unmounts from
 * @param type of the file system
 * @param source device or server
 * @param superOptions of the file system, for all its mounts
 */
record MountEntry(
        long id,
        String device,
        String root,
        Path point,
        Set<String> options,
        Optional<String> shared,
        Optional<String> master,
        String type,
        String source,
        Set<String> superOptions) {

    MountEntry {
        options = Set.copyOf(options);
        superOptions = Set.copyOf(superOptions);
    }

    AccessMode mode() {
        return options.contains("ro") || superOptions.contains("ro")
                ? AccessMode.RO
                : AccessMode.RW;
    }

    /**
     * Whether it is this very mount; the kernel gives the id of a mount that is gone to the next.
     */
    boolean is(MountEntry other) {
        return id == other.id && point.equals(other.point) && device.equals(other.device);
    }

    /** Whether it shows the given path of a file system, or something below that. */
    boolean shows(String itsDevice, String path) {
        return device.equals(itsDevice)
                && (root.equals(path) || root.startsWith(path.endsWith("/") ? path : path + "/"));
    }

    /** Whether unmounting {@code other} takes this one away too. */
    boolean follows(MountEntry other) {
        return other.shared.isPresent()
                && (other.shared.equals(shared) || other.shared.equals(master));
    }
}
