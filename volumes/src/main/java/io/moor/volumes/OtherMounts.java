package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

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
        return find(
                entry -> entry.shows(device, root) && except.stream().noneMatch(entry::is),
                entry -> entry.shows(device, root) && except.stream().noneMatch(entry::follows));
    }

    /** Where the data is mounted so that it can be written to, in words, wherever that is. */
    static List<String> writable(String device, String root) throws VolumeException {
        Predicate<MountEntry> writable =
                entry -> entry.shows(device, root) && entry.mode() == AccessMode.RW;
        return find(writable, writable);
    }

    private static List<String> find(Predicate<MountEntry> here, Predicate<MountEntry> elsewhere)
            throws VolumeException {
        List<String> found = new ArrayList<>();
        for (MountEntry entry : MountTable.read().entries()) {
            if (here.test(entry)) {
                found.add("a mount at " + entry.point());
            }
        }
        Set<Path> namespaces = new HashSet<>();
        namespaceOf(Path.of("/proc/self")).ifPresent(namespaces::add);
        for (Path process : Holders.processes()) {
            Optional<Path> namespace = namespaceOf(process);
            if (namespace.isPresent() && namespaces.add(namespace.get())) {
                found.addAll(inNamespaceOf(process, elsewhere));
            }
        }
        return found;
    }

    /** The mount namespace of a process; empty when it ended or belongs to somebody else. */
    static Optional<Path> namespaceOf(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("ns/mnt")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> inNamespaceOf(Path process, Predicate<MountEntry> counts) {
        try {
            return MountTable.read(process.resolve("mountinfo")).entries().stream()
                    .filter(counts)
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
