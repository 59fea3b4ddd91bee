package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

class Ext4SuperblockTest {

    private static ByteBuffer block(int state, int incompatible) {
        return ByteBuffer.allocate(1024)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(0x38, (short) 0xEF53)
                .putShort(0x3A, (short) state)
                .putInt(0x60, incompatible);
    }

    @Test
    void isCleanAfterAnUnmount() {
        assertThat(Ext4Superblock.parse(block(1, 0x2C2)).orElseThrow().isClean()).isTrue();
    }

    @Test
    void needsRecoveryWhenTheJournalWasNotEmptied() {
        assertThat(Ext4Superblock.parse(block(1, 0x2C6))).contains(new Ext4Superblock(true, false));
    }

    @Test
    void hasErrorsWhenTheKernelFoundSomeOrItWasNotMarkedValid() {
        assertThat(Ext4Superblock.parse(block(3, 0))).contains(new Ext4Superblock(false, true));
        assertThat(Ext4Superblock.parse(block(0, 0))).contains(new Ext4Superblock(false, true));
    }

    @Test
    void isNotThereInSomethingElse(@TempDir Path directory) throws Exception {
        // Given
        Path tooShort = Files.writeString(directory.resolve("short"), "short");
        Path zeros = Files.write(directory.resolve("zeros"), new byte[4096]);

        // Then
        assertThat(Ext4Superblock.read(tooShort)).isEmpty();
        assertThat(Ext4Superblock.read(zeros)).isEmpty();
    }
}
