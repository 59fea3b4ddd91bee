package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Mounts of the same data that unmounting at one path would leave behind: at other paths, and in
 * the mount namespaces of other processes (containers, services, instances on one machine). As long
 * as one is left, somebody can still write, so a volume is not released.
 */
final class OtherMounts {

    private OtherMounts() {}

    /**
     * Where else the data is mounted, in words; empty for nowhere that this process may see.
     *
     * @param device {@code major:minor} of the file system
     * @param root the path of that file system which is the volume
     * @param except the mounts that count as known, in this process's namespace
     */
    static List<String> of(String device, String root, List<MountEntry> except)
            throws VolumeException {
        List<String> found = new ArrayList<>();
        for (MountEntry entry : MountTable.read().entries()) {
            if (entry.shows(device, root) && except.stream().noneMatch(entry::is)) {
                found.add("a mount at " + entry.point());
            }
        }
        Set<Path> namespaces = new HashSet<>();
        namespaces.add(namespaceOf(Path.of("/proc/self")));
        for (Path process : Holders.processes()) {
            Path namespace = namespaceOf(process);
            if (!namespace.equals(UNKNOWN) && namespaces.add(namespace)) {
                found.addAll(inNamespaceOf(process, device, root, except));
            }
        }
        return found;
    }

    private static final Path UNKNOWN = Path.of("unknown");

    private static Path namespaceOf(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/mnt"));
        } catch (IOException e) {
            // It ended, or belongs to somebody else.
            return UNKNOWN;
        }
    }

    private static List<String> inNamespaceOf(
            Path process, String device, String root, List<MountEntry> except) {
        try {
            return MountTable.read(process.resolve("mountinfo")).entries().stream()
                    .filter(entry -> entry.shows(device, root))
                    .filter(entry -> except.stream().noneMatch(entry::follows))
                    .map(entry ->
                            Holders.holder(
                                            process,
                                            "has it mounted at "
                                                    + entry.point()
                                                    + " in a mount namespace of its own")
                                    .toString())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
