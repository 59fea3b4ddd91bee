package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A place for one test: a directory whose name has odd characters, the processes the test starts,
 * and a promise that no process, mount or loop device of it is left, also when the test fails.
 */
final class Sandbox {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final Commands commands = new Commands();

    Sandbox() throws IOException {
        directory = Files.createTempDirectory("moor, \\040 #").toRealPath();
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    Commands commands() {
        return commands;
    }

    /** Starts a program that ends with the test at the latest. */
    Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Runs a program that must succeed. */
    CommandResult run(String program, String... arguments) throws VolumeException {
        CommandResult result = commands.run(LIMIT, program, arguments);
        assertThat(result.exit()).as(result.words()).isZero();
        return result;
    }

    /**
     * Takes away copies of this test's mounts in mount namespaces that this test did not make.
     *
     * @return whether there was one
     */
    boolean dropCopiesOfStrangers() throws VolumeException {
        Set<Path> namespaces = new HashSet<>();
        OtherMounts.namespaceOf(Path.of("/proc/self")).ifPresent(namespaces::add);
        boolean dropped = false;
        for (Path process : Holders.processes()) {
            Optional<Path> namespace = OtherMounts.namespaceOf(process);
            if (namespace.isPresent() && !isOurs(process) && namespaces.add(namespace.get())) {
                dropped |= dropCopiesIn(process);
            }
        }
        return dropped;
    }

    private static boolean isOurs(Path process) {
        long pid = Long.parseLong(process.getFileName().toString());
        return ProcessHandle.current().descendants().anyMatch(child -> child.pid() == pid);
    }

    private boolean dropCopiesIn(Path process) throws VolumeException {
        List<MountEntry> copies;
        try {
            copies = MountTable.read(process.resolve("mountinfo")).below(directory);
        } catch (IOException e) {
            // It ended, and its namespace with it.
            return true;
        }
        for (MountEntry copy : copies.reversed()) {
            commands.run(
                    LIMIT,
                    "nsenter",
                    "--mount=" + process.resolve("ns/mnt"),
                    "umount",
                    "--no-canonicalize",
                    copy.point().toString());
        }
        return !copies.isEmpty();
    }

    void close() throws Exception {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        dropCopiesOfStrangers();
        for (MountEntry mount : MountTable.read().below(directory).reversed()) {
            if (!commands.run(LIMIT, "umount", mount.point().toString()).succeeded()) {
                commands.run(LIMIT, "umount", "-l", mount.point().toString());
            }
        }
        List<String> devices = Waiting.untilEmpty(Duration.ofSeconds(5), this::loopDevices);
        for (String device : devices) {
            commands.run(LIMIT, "losetup", "-d", device);
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        assertThat(devices).as("loop devices left by the test").isEmpty();
    }

    /** The loop devices that show a file of this test. */
    List<String> loopDevices() throws VolumeException {
        if (!Privileges.mayMount()) {
            return List.of();
        }
        return commands.run(
                        LIMIT,
                        "losetup",
                        "--list",
                        "--noheadings",
                        "--raw",
                        "--output",
                        "NAME,BACK-FILE")
                .output()
                .lines()
                .filter(line -> line.contains(directory.getFileName().toString().substring(11)))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }
}
