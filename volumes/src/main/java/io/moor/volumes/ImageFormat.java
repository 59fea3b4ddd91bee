package io.moor.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Volumes of type {@code image}: a sparse file on shared storage with an ext4 file system inside,
 * so that the size is enforced. Attached through a loop device that the kernel gives up by itself
 * when the last mount is gone, also when the mount namespace of a killed instance ends.
 */
record ImageFormat(VolumeFiles files, Commands commands, NodePart node) implements VolumeFormat {

    static final String TYPE = "image";

    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Below this ext4 has no room for a journal, and without one a crash damages it. */
    private static final long SMALLEST_BYTES = 8L << 20;

    /** The length of an ext4 label. */
    private static final int LABEL_BYTES = 16;

    @Override
    public void requireUsable(VolumeSpec spec) throws VolumeException {
        if (spec.sizeBytes() < SMALLEST_BYTES) {
            throw new VolumeException(
                    "a volume of type image has at least "
                            + SMALLEST_BYTES
                            + " bytes (8 MiB), not "
                            + spec.sizeBytes(),
                    false);
        }
    }

    @Override
    public Path data(VolumeId id) {
        return files.image(id);
    }

    @Override
    public void make(Path temporary, VolumeSpec spec) throws IOException, VolumeException {
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.SPARSE,
                        StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), spec.sizeBytes() - 1);
        }
        String label = spec.id().value();
        // No blocks reserved for root: the volume is for one application. A new sparse file
        // reads as zeros, so neither inode tables nor journal have to be written, now (slow) or
        // by the kernel after the mount (it would fill the file).
        CommandResult result =
                commands.run(
                        LIMIT,
                        "mkfs.ext4",
                        "-q",
                        "-F",
                        "-m",
                        "0",
                        "-e",
                        "remount-ro",
                        "-L",
                        label.substring(0, Math.min(label.length(), LABEL_BYTES)),
                        "-E",
                        "lazy_itable_init=0,lazy_journal_init=1,discard",
                        temporary.toString());
        if (!result.succeeded()) {
            throw new VolumeException(
                    "no file system can be made for volume " + spec.id() + ": " + result.words(),
                    true);
        }
    }

    @Override
    public void requireDetached(VolumeId id) throws VolumeException {
        node.requireDetached(id);
    }
}
