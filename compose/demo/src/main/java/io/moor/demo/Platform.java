package io.moor.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What this machine lets the demo do.
 *
 * @param isolation how an instance is kept apart
 * @param why what is missing for the whole story; empty when nothing is
 */
public record Platform(Isolation isolation, String why) {

    /** How an instance is kept apart from the machine. */
    public enum Isolation {
        /**
         * PID and mount namespaces of its own, volumes as loop-mounted images: its death takes its
         * mounts with it.
         */
        NAMESPACES,
        /** Only processes of its own; volumes are directories behind symbolic links. */
        PROCESSES
    }

    /** Looks, by trying. */
    public static Platform probe() throws InterruptedException {
        if (!isRoot()) {
            return new Platform(
                    Isolation.PROCESSES, "mounts, loop devices and namespaces need root");
        }
        for (String program :
                List.of(
                        "unshare",
                        "mount",
                        "umount",
                        "losetup",
                        "mkfs.ext4",
                        "e2fsck",
                        "mountpoint")) {
            if (find(program).isEmpty()) {
                return new Platform(
                        Isolation.PROCESSES,
                        program
                                + " is not installed (Debian: apt-get install util-linux mount"
                                + " e2fsprogs)");
            }
        }
        if (!succeeds(
                "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "true")) {
            return new Platform(
                    Isolation.PROCESSES,
                    "this machine does not allow new mount and PID namespaces");
        }
        if (!succeeds("losetup", "--find")) {
            return new Platform(Isolation.PROCESSES, "this machine has no loop device to give");
        }
        return new Platform(Isolation.NAMESPACES, "");
    }

    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/sbin";
        return java.util.Arrays.stream(path.split(":"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
