package io.moor.shipper.identity;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;

class EvidenceMatcherTest {

    private static final Instant BORN = Instant.parse("2026-11-21T07:00:00Z");

    @Test
    void trustsOnePhysicalFileWhoseBytesAreThere() {
        assertThat(match(physical("fs", 7, BORN), 10, physical("fs", 7, BORN), true))
                .isEqualTo(Match.SAME);
    }

    @Test
    void trustsItUnderAnotherDeviceNumber() {
        PhysicalId reattached = new PhysicalId("fs", 99, 7, BORN);

        assertThat(match(physical("fs", 7, BORN), 10, reattached, true)).isEqualTo(Match.SAME);
    }

    @Test
    void callsOnePhysicalFileWithOtherBytesRewritten() {
        assertThat(match(physical("fs", 7, BORN), 10, physical("fs", 7, BORN), false))
                .isEqualTo(Match.REWRITTEN);
    }

    @Test
    void doesNotTakeAReusedInodeForTheOldFileEvenWithTheSameHeader() {
        assertThat(match(physical("fs", 7, BORN), 10, physical("fs", 7, BORN.plusMillis(1)), true))
                .isEqualTo(Match.OTHER);
    }

    @Test
    void doesNotTakeAFileWithTheSameHeaderForAnother() {
        assertThat(match(physical("fs", 7, BORN), 10, physical("fs", 8, BORN.plusMillis(1)), true))
                .isEqualTo(Match.OTHER);
    }

    @Test
    void continuesARestoredFileByItsContent() {
        assertThat(
                        match(
                                physical("fs", 7, BORN),
                                10,
                                physical("other", 8, BORN.plusMillis(1)),
                                true))
                .isEqualTo(Match.SAME);
        assertThat(
                        match(
                                physical("fs", 7, BORN),
                                10,
                                physical("other", 8, BORN.plusMillis(1)),
                                false))
                .isEqualTo(Match.OTHER);
    }

    @Test
    void doesNotGuessWithoutAnyContent() {
        assertThat(match(physical("fs", 7, BORN), 0, physical("other", 8, null), true))
                .isEqualTo(Match.OTHER);
    }

    @Test
    void comparesFileSystemsWhereThereAreNoBirthTimes() {
        assertThat(physical("fs", 7, null).isSameFile(physical("fs", 7, BORN))).isTrue();
        assertThat(physical("fs", 7, null).isSameFile(physical("other", 7, BORN))).isFalse();
    }

    @Test
    void joinsChecksumsOfParts() {
        byte[] bytes = "The quick brown fox jumps over the lazy dog".repeat(1000).getBytes(UTF_8);
        int whole = RollingHash.of(bytes, 0, bytes.length);
        for (int cut : new int[] {0, 1, 7, 4096, bytes.length - 1, bytes.length}) {
            int joined =
                    RollingHash.join(
                            RollingHash.of(bytes, 0, cut),
                            RollingHash.of(bytes, cut, bytes.length),
                            bytes.length - cut);

            assertThat(joined).isEqualTo(whole);
        }
        assertThat(RollingHash.parse(RollingHash.format(whole))).isEqualTo(whole);
    }

    private static Match match(
            PhysicalId known, long offset, PhysicalId observed, boolean bytesMatch) {
        ContentEvidence content =
                new ContentEvidence(offset, (int) offset, "00", (int) offset, "00");
        return EvidenceMatcher.match(new Evidence(known, content), observed, bytesMatch);
    }

    private static PhysicalId physical(String fileSystem, long inode, @Nullable Instant birth) {
        return new PhysicalId(fileSystem, 1, inode, birth);
    }
}
