package io.moor.volumes.repository;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;
import java.util.Optional;

class ChunkingRuleTest {

    private static final byte[] PLAIN = new byte[16];
    private static final long MIB = 1 << 20;

    @Test
    void smallFilesAreOneChunkWhateverWasPlanned() {
        assertThat(ChunkingRule.choose(256 << 10, Optional.of(Chunking.fixed(14)), PLAIN))
                .isEqualTo(Chunking.WHOLE);
    }

    @Test
    void largeFilesAreCutIntoBlocksThatGrowWithThem() {
        assertThat(choose(64 * MIB - 1)).isEqualTo(Chunking.CONTENT);
        assertThat(choose(64 * MIB)).isEqualTo(Chunking.fixed(14));
        assertThat(choose(16L << 30)).isEqualTo(Chunking.fixed(15));
        assertThat(choose(256L << 30)).isEqualTo(Chunking.fixed(16));
    }

    @Test
    void compressedStreamsAreCutByContent() {
        byte[] gzip = HexFormat.of().parseHex("1f8b0800000000000003000000000000");
        byte[] mp4 = HexFormat.of().parseHex("00000020667479706d70343200000000");

        assertThat(ChunkingRule.choose(1L << 30, Optional.empty(), gzip))
                .isEqualTo(Chunking.CONTENT);
        assertThat(ChunkingRule.choose(1L << 30, Optional.empty(), mp4))
                .isEqualTo(Chunking.CONTENT);
    }

    @Test
    void whatWasPlannedIsDone() {
        assertThat(ChunkingRule.choose(9 * MIB, Optional.of(Chunking.fixed(14)), PLAIN))
                .isEqualTo(Chunking.fixed(14));
        assertThat(ChunkingRule.choose(90 * MIB, Optional.of(Chunking.CONTENT), PLAIN))
                .isEqualTo(Chunking.CONTENT);
        assertThat(ChunkingRule.choose(90 * MIB, Optional.of(Chunking.WHOLE), PLAIN))
                .isEqualTo(Chunking.fixed(14));
    }

    @Test
    void aFileThatIsWrittenInTheMiddleIsCutIntoBlocksTheNextTime() {
        long size = 20 * MIB;

        assertThat(ChunkingRule.next(Chunking.CONTENT, size, size, size, size / 2 - 1))
                .isEqualTo(Chunking.fixed(14));
        assertThat(ChunkingRule.next(Chunking.CONTENT, size, size, size, size / 2))
                .isEqualTo(Chunking.CONTENT);
        assertThat(ChunkingRule.next(Chunking.CONTENT, size, size / 2, size, 0))
                .as("it has grown")
                .isEqualTo(Chunking.CONTENT);
        assertThat(ChunkingRule.next(Chunking.CONTENT, size, size, 7 * MIB, 0))
                .as("mostly holes")
                .isEqualTo(Chunking.CONTENT);
    }

    @Test
    void aFileThatIsReplacedIsCutByContentTheNextTime() {
        long size = 100 * MIB;

        assertThat(ChunkingRule.next(Chunking.fixed(14), size, size, size, size / 10 - 1))
                .isEqualTo(Chunking.CONTENT);
        assertThat(ChunkingRule.next(Chunking.fixed(14), size, size, size, size / 10))
                .isEqualTo(Chunking.fixed(14));
    }

    private static Chunking choose(long size) {
        return ChunkingRule.choose(size, Optional.empty(), PLAIN);
    }
}
