package io.moor.volumes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The few fields of an ext4 superblock that tell how its last use ended (kernel documentation,
 * "ext4 Data Structures and Algorithms", Super Block).
 *
 * @param needsRecovery the journal holds changes that are not in place yet: it was not unmounted
 * @param hasErrors the kernel or an earlier check found damage
 */
record Ext4Superblock(boolean needsRecovery, boolean hasErrors) {

    private static final int OFFSET = 1024;
    private static final int LENGTH = 1024;
    private static final int MAGIC_AT = 0x38;
    private static final int STATE_AT = 0x3A;
    private static final int INCOMPATIBLE_AT = 0x60;
    private static final int MAGIC = 0xEF53;
    private static final int STATE_VALID = 1;
    private static final int STATE_ERROR = 2;
    private static final int INCOMPATIBLE_RECOVER = 4;

    boolean isClean() {
        return !needsRecovery && !hasErrors;
    }

    /** Reads it from an image; empty when the image does not begin with an ext4 file system. */
    static Optional<Ext4Superblock> read(Path image) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(LENGTH);
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            while (block.hasRemaining()) {
                if (channel.read(block, OFFSET + block.position()) < 0) {
                    return Optional.empty();
                }
            }
        }
        return parse(block.flip());
    }

    static Optional<Ext4Superblock> parse(ByteBuffer block) {
        ByteBuffer fields = block.order(ByteOrder.LITTLE_ENDIAN);
        if (Short.toUnsignedInt(fields.getShort(MAGIC_AT)) != MAGIC) {
            return Optional.empty();
        }
        int state = fields.getShort(STATE_AT);
        boolean recover = (fields.getInt(INCOMPATIBLE_AT) & INCOMPATIBLE_RECOVER) != 0;
        boolean errors = (state & STATE_ERROR) != 0 || (state & STATE_VALID) == 0;
        return Optional.of(new Ext4Superblock(recover, errors));
    }
}
