package io.moor.shipper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An ext4 file system in a file, mounted by a loop device: a disk that can be detached and attached
 * again elsewhere. Needs root; whoever uses it calls {@link #requireRoot} first.
 */
public final class LoopExt4 implements AutoCloseable {

    private static final long SIZE = 16 << 20;

    private final Path image;
    private final String device;
    private final Path mountPoint;
    private boolean mounted;

    private LoopExt4(Path image, String device, Path mountPoint) {
        this.image = image;
        this.device = device;
        this.mountPoint = mountPoint;
    }

    /** Skips the test where it may not mount; in CI it may. */
    public static void requireRoot() throws IOException {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                        && Files.exists(Path.of("/dev/loop-control")),
                "loop devices and mounts need root");
    }

    /** A new file system. */
    public static LoopExt4 create(Path image, Path mountPoint) throws IOException {
        allocate(image);
        run("mkfs.ext4", "-q", "-F", image.toString());
        return attach(image, mountPoint);
    }

    /** The file system of an image, at any mount point, on any device that is free. */
    public static LoopExt4 attach(Path image, Path mountPoint) throws IOException {
        Files.createDirectories(mountPoint);
        String device = run("losetup", "--find", "--show", image.toString()).strip();
        LoopExt4 loop = new LoopExt4(image, device, mountPoint);
        try {
            run("mount", "-t", "ext4", device, mountPoint.toString());
            loop.mounted = true;
            return loop;
        } finally {
            if (!loop.mounted) {
                loop.close();
            }
        }
    }

    /** Takes a device away, as another disk would. */
    public static LoopExt4 decoy(Path image) throws IOException {
        allocate(image);
        String device = run("losetup", "--find", "--show", image.toString()).strip();
        return new LoopExt4(image, device, image);
    }

    private static void allocate(Path image) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE);
        }
    }

    public Path image() {
        return image;
    }

    public Path mountPoint() {
        return mountPoint;
    }

    @Override
    public void close() throws IOException {
        if (mounted) {
            run("umount", mountPoint.toString());
            mounted = false;
        }
        run("losetup", "--detach", device);
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return output;
    }
}
